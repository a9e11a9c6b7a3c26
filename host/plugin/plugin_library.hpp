#pragma once
// PluginLibrary: one plugin that is loaded, for good.
//
// A library is never unloaded: its threads, its thread-local destructors and the pointers it handed out would outlive
// its code. So a PluginLibrary lives as long as the process and a reference to one never dangles. Contents that are
// byte for byte the same are one library, whatever their files are called.
//
// Not a component and no instance of one. load is for one thread at a time (the catalog's); what it returns is constant
// and for any thread.
#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "connector/abi.h"
#include "host/plugin/library_copy.hpp"

namespace connector_host::plugin {

class PluginLibrary {
 public:
  // Every content ever loaded stays in memory, so their number has a bound.
  static constexpr std::size_t most_libraries = 512;

  // Checks the copy, tries it in a child process and loads it. load_limit: for the child. Throws PluginError.
  static const PluginLibrary& load(LibraryCopy copy, std::chrono::milliseconds load_limit);

  PluginLibrary(const PluginLibrary&) = delete;
  PluginLibrary& operator=(const PluginLibrary&) = delete;

  std::string_view name() const;
  std::string_view version() const;
  std::string abi() const;  // "1.0"
  const std::string& sha256() const { return copy_.sha256(); }
  std::span<const connector_component* const> components() const { return {table_->components, std::size_t(table_->component_count)}; }

 private:
  explicit PluginLibrary(LibraryCopy copy) : copy_(std::move(copy)) {}
  const PluginLibrary& usable() const;

  LibraryCopy copy_;
  const connector_plugin* table_ = nullptr;  // null: its loading failed
};

}  // namespace connector_host::plugin
