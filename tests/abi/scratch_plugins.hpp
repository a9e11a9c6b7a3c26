#pragma once
// ScratchPlugins: an empty directory of plugins of one test, trusted by the host, gone with the
// object.
//
// Puts built variants there, damaged or whole. One thread.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "host/plugin/plugin_catalog.hpp"

namespace connector_host::testing {

class ScratchPlugins {
 public:
  ScratchPlugins();
  ScratchPlugins(const ScratchPlugins&) = delete;
  ScratchPlugins& operator=(const ScratchPlugins&) = delete;
  ~ScratchPlugins();

  std::string path() const { return directory_.string(); }
  std::string path(std::string_view name) const {
    return (directory_ / (std::string(name) + ".so")).string();
  }
  // The variant as it was built, under its own name or another.
  void add(std::string_view variant, std::string_view as = {});
  // A new file in the place of the old one, as `mv` and package managers do it.
  void replace(std::string_view variant, std::string_view as);
  // Into the file that is there, as `cp` does it.
  void overwrite(std::string_view name, std::string_view bytes);
  void write(std::string_view name, std::string_view bytes);

  static std::string bytes_of(std::string_view variant);

 private:
  std::filesystem::path directory_;
};

// Throws when there is no such file.
std::string read_file(const std::string& path);

// The entry of NAME.so. Fails the test when there is none.
plugin::PluginEntry entry_of(const plugin::PluginCatalog& catalog, std::string_view name);

}  // namespace connector_host::testing
