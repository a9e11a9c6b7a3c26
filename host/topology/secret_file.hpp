#pragma once
// SecretFile: reads the file of a ${file:...} reference: regular, at most 64 KiB, one trailing newline stripped. Never
// puts the content into an error. A pure function but for the disk; any thread.
#include <cstddef>
#include <string>
#include <string_view>

namespace connector_host::topology {

struct SecretFile {
  static constexpr std::size_t largest = 64u << 10;

  std::string content;
  std::string error;  // empty: read

  static SecretFile read(const std::string& path);
};

}  // namespace connector_host::topology
