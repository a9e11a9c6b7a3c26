#pragma once
// CatalogAdapter: the plugin catalog as the topology loader wants it. The directories that the process was given come
// before those of the topology. Thread-safe, as the catalog is.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "host/plugin/plugin_catalog.hpp"
#include "host/topology/component_catalog.hpp"

namespace connector_host::runtime {

class CatalogAdapter final : public topology::ComponentCatalog {
 public:
  CatalogAdapter(plugin::PluginCatalog& catalog, std::vector<std::string> first) : catalog_(catalog), first_(std::move(first)) {}

  void use_directories(const std::vector<std::string>& directories) override {
    std::vector<std::string> all = first_;
    all.insert(all.end(), directories.begin(), directories.end());
    for (std::string& each : all) each = std::filesystem::absolute(each).lexically_normal().string();  // the catalog takes no others
    catalog_.use_directories(std::move(all));
  }
  std::vector<std::string> directories() override {
    std::vector<std::string> out;
    for (const plugin::DirectoryEntry& each : catalog_.directories()) out.push_back(each.path);
    return out;
  }
  const connector_component* find(std::uint32_t kind, std::string_view type) override { return catalog_.find(kind, type).component; }
  std::vector<std::string> types(std::uint32_t kind) override { return catalog_.types(kind); }
  std::string why_missing(std::uint32_t kind, std::string_view type) override { return catalog_.why_missing(kind, type); }

 private:
  plugin::PluginCatalog& catalog_;
  const std::vector<std::string> first_;
};

}  // namespace connector_host::runtime
