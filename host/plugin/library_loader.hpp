#pragma once
// LibraryLoader: dlopen, the one symbol, and a checked table; and what to tell the user when the system refuses.
//
// The only place that knows Boost.DLL. Runs the library's constructors, so a library that nobody has tried yet is loaded
// in a child process first (ChildProbe). A loaded library is never unloaded, also when its table is refused.
// One thread at a time.
#include <string>
#include <string_view>

#include "connector/abi.h"

namespace connector_host::plugin {

class LibraryLoader {
 public:
  // path: of a private copy. Throws PluginError.
  static const connector_plugin& load(const std::string& path);
  // One line for the user from the text of the system's loader about the library at path.
  static std::string explain(std::string_view system_text, std::string_view path);
};

}  // namespace connector_host::plugin
