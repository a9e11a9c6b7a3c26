#pragma once
// MappedBytes: a file's bytes in memory, read-only, for as long as the object lives.
//
// For files that nobody truncates meanwhile: reading beyond the end of a file that has shrunk raises SIGBUS. So it is made
// of private copies only. Any thread may read; whoever made it owns it.
#include <cstddef>
#include <span>

namespace connector_host::plugin {

class MappedBytes {
 public:
  // Throws PluginError when the system gives no mapping.
  MappedBytes(int descriptor, std::size_t size);
  MappedBytes(const MappedBytes&) = delete;
  MappedBytes& operator=(const MappedBytes&) = delete;
  ~MappedBytes();

  std::span<const std::byte> bytes() const { return {static_cast<const std::byte*>(start_), size_}; }

 private:
  void* start_ = nullptr;
  std::size_t size_;
};

}  // namespace connector_host::plugin
