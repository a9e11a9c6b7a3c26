#pragma once
// PluginError: why a file is not used as a plugin, in one line that names what is wrong and what to do about it.
//
// Thrown and caught inside host/plugin only: whoever asks the catalog reads the text in an entry. The line does not name
// the file; the entry does.
#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

namespace connector_host::plugin {

class PluginError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  // What a system call has just failed at, and its reason from errno.
  static PluginError of_errno(const std::string& what) { return PluginError(what + ": " + std::generic_category().message(errno)); }
};

}  // namespace connector_host::plugin
