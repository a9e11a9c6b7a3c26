#pragma once
// FakeCatalog: components declared in the test itself, with every type of option. They can be
// described, not created.
#include <map>
#include <string>
#include <vector>

#include "connector/option.hpp"
#include "host/topology/component_catalog.hpp"

namespace connector_host::topology {

class FakeCatalog : public ComponentCatalog {
 public:
  FakeCatalog();

  void use_directories(const std::vector<std::string>& directories) override {
    used_.push_back(directories);
  }
  std::vector<std::string> directories() override {
    return used_.empty() ? std::vector<std::string>() : used_.back();
  }
  const connector_component* find(std::uint32_t kind, std::string_view type) override;
  std::vector<std::string> types(std::uint32_t kind) override;
  std::string why_missing(std::uint32_t, std::string_view type) override {
    return broken.contains(std::string(type)) ? broken[std::string(type)] : "";
  }

  template <std::size_t N>
  void add(std::uint32_t kind, std::string_view type, const connector::Option (&options)[N]) {
    std::vector<const connector_option*> pointers;
    for (const connector::Option& option : options) pointers.push_back(&option);
    add(kind, type, std::move(pointers));
  }
  void add(std::uint32_t kind, std::string_view type, std::vector<const connector_option*> options);
  void clear() { components_.clear(); }

  const std::vector<std::vector<std::string>>& used() const { return used_; }

  std::map<std::string, std::string> broken;  // type -> why its library could not be loaded

 private:
  struct Entry {
    connector_component component;
    std::vector<const connector_option*> options;
  };
  std::map<std::pair<std::uint32_t, std::string>, Entry> components_;
  std::vector<std::vector<std::string>> used_;
};

}  // namespace connector_host::topology
