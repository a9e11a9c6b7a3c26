#include "host/runtime/config_comparison.hpp"

#include <nlohmann/json.hpp>

#include "host/plugin/sha256.hpp"
#include "host/topology/flat_config.hpp"

namespace connector_host::runtime {

std::string digest_of(const topology::ConnectorConfig& config) {
  const std::string text = nlohmann::json(topology::flat_of(config)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  plugin::Sha256 digest;
  digest.add(text.data(), text.size());
  return digest.finish();
}

bool same(const topology::ConnectorConfig& a, const topology::ConnectorConfig& b) {
  const auto part = [](const topology::ConnectorConfig& config) {
    nlohmann::json all = nlohmann::json::array();  // the order of keys is no difference
    const auto add = [&](const topology::ComponentConfig& component) { all.push_back(nlohmann::json::parse(component.json, nullptr, false)); };
    add(config.source);
    add(config.sink);
    if (config.dedup) add(config.dedup->component);
    if (config.dead_letter) add(*config.dead_letter);
    for (const topology::ComponentConfig& each : config.transforms) add(each);
    return all;
  };
  return topology::flat_of(a) == topology::flat_of(b) && part(a) == part(b);
}

}  // namespace connector_host::runtime
