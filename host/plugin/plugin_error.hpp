#pragma once
// PluginError: why a file is not used as a plugin, in one line that names what is wrong and what to do about it.
//
// Thrown and caught inside host/plugin only: whoever asks the catalog reads the text in an entry. The line does not name
// the file; the entry does.
#include <stdexcept>

namespace connector_host::plugin {

class PluginError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace connector_host::plugin
