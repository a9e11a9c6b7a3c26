#pragma once
// PluginEntry, DirectoryEntry, FoundComponent: what the catalog tells about what it has. Plain data; pointers in it live
// as long as the process.
#include <cstdint>
#include <string>
#include <vector>

#include "connector/abi.h"
#include "host/plugin/plugin_library.hpp"

namespace connector_host::plugin {

struct ComponentEntry {
  const connector_component* component = nullptr;
  std::uint32_t kind = 0;
  std::string type;
  std::string shadowed_by;  // path of the library that provides this type instead; empty: this one does
};

struct PluginEntry {
  std::string path;
  const PluginLibrary* library = nullptr;  // null: it has never been usable; the strings below are then empty
  std::string name, version, abi, sha256;
  std::vector<ComponentEntry> components;
  // Why the file as it is now is not used; empty: it is. With a library beside it: the content from before goes on serving.
  std::string error;
};

struct DirectoryEntry {
  std::string path;
  bool exists = false;
  std::string error;  // why it is not used; a directory that is not there is no error
};

struct FoundComponent {
  const connector_component* component = nullptr;
  const PluginLibrary* library = nullptr;
  std::string path;

  explicit operator bool() const { return component != nullptr; }
};

}  // namespace connector_host::plugin
