#include "host/topology/secret_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace connector_host::topology {

SecretFile SecretFile::read(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (error) return {"", error.message()};
  // A pipe or a device could keep the host waiting for ever.
  if (!std::filesystem::is_regular_file(status)) return {"", "not a regular file"};
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return {"", std::strerror(errno)};
  std::string content(largest + 1, '\0');
  in.read(content.data(), std::streamsize(content.size()));
  if (in.bad()) return {"", "the read failed"};
  content.resize(std::size_t(in.gcount()));
  if (content.size() > largest) return {"", "larger than 64 KiB"};
  if (content.ends_with('\n')) content.pop_back();
  return {std::move(content), ""};
}

}  // namespace connector_host::topology
