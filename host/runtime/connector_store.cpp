#include "host/runtime/connector_store.hpp"

#include <nlohmann/json.hpp>

namespace connector_host::runtime {
namespace {

using Json = nlohmann::json;

constexpr const char* folder = "connectors";  // of no instance: theirs have a slash

Json json_of(const StoredConnector& connector) {
  Json json = {{"name", connector.name}, {"target", name_of(connector.target)}};
  if (connector.config) json["config"] = *connector.config;
  if (connector.deleted) json["deleted"] = true;
  if (!connector.base.empty()) json["base"] = connector.base;
  return json;
}

StoredConnector connector_of(const Json& json) {
  StoredConnector out;
  out.name = json.at("name").get<std::string>();
  out.target = parse_target(json.at("target").get<std::string>()).value();
  if (json.contains("config")) out.config = json.at("config").get<topology::FlatConfig>();
  out.deleted = json.value("deleted", false);
  out.base = json.value("base", "");
  return out;
}

}  // namespace

const char* name_of(Target target) {
  return target == Target::paused ? "PAUSED" : target == Target::stopped ? "STOPPED" : "RUNNING";
}

std::optional<Target> parse_target(std::string_view word) {
  for (const Target target : {Target::running, Target::paused, Target::stopped}) {
    if (word == name_of(target)) return target;
  }
  return std::nullopt;
}

std::vector<StoredConnector> ConnectorStore::read(const std::function<void(const std::string&)>& damaged) const {
  std::vector<StoredConnector> out;
  for (const auto& [file, text] : state_dir_.values(folder)) {
    try {
      out.push_back(connector_of(Json::parse(text.value())));
    } catch (const std::exception&) {  // its words may quote a secret
      damaged(file);
    }
  }
  return out;
}

void ConnectorStore::write(const StoredConnector& connector) {
  state_dir_.put(folder, connector.name, json_of(connector).dump(-1, ' ', false, Json::error_handler_t::replace));
}

void ConnectorStore::erase(const std::string& name) {
  state_dir_.erase(folder, name);
}

}  // namespace connector_host::runtime
