#include "host/plugin/mapped_bytes.hpp"

#include <sys/mman.h>

#include <system_error>

#include "host/plugin/plugin_error.hpp"

namespace connector_host::plugin {

MappedBytes::MappedBytes(int descriptor, std::size_t size) : size_(size) {
  if (size == 0) return;  // mmap refuses an empty range
  start_ = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (start_ == MAP_FAILED) throw PluginError("cannot be read: " + std::generic_category().message(errno));
}

MappedBytes::~MappedBytes() {
  if (start_) ::munmap(start_, size_);
}

}  // namespace connector_host::plugin
