#pragma once
// The system's word on an open file. Thread-safe; throws PluginError.
#include <sys/stat.h>

#include "host/plugin/plugin_error.hpp"

namespace connector_host::plugin {

inline struct stat status_of(int descriptor) {
  struct stat out{};
  if (::fstat(descriptor, &out) != 0) throw PluginError::of_errno("cannot be looked at");
  return out;
}

}  // namespace connector_host::plugin
