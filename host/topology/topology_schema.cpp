#include "host/topology/topology_schema.hpp"

#include "connector/kind.hpp"
#include "connector/view.hpp"
#include "host/topology/host_keys.hpp"
#include "host/topology/option_schema.hpp"

namespace connector_host::topology {
namespace {

using Json = nlohmann::ordered_json;

Json mapping(const OptionTable& table, const char* description) {
  Json out = {{"type", "object"}, {"description", description}};
  add_options(table, out);
  out["additionalProperties"] = false;
  return out;
}

Json definition(const char* name) {
  return {{"$ref", std::string("#/$defs/") + name}};
}

// The branch of one type is closed by its own list of keys; a type that is a reference has no branch and is left open.
Json component_branch(const connector_component& component, const OptionTable& host_keys) {
  Json then = {{"properties", {{"type", true}}}};
  add_options(host_keys, then);
  add_options({component.options, component.options + component.option_count}, then);
  then["additionalProperties"] = false;
  const Json type = {{"const", std::string(connector::text(component.type))}};
  return {{"if", {{"properties", {{"type", type}}}, {"required", Json::array({"type"})}}}, {"then", then}};
}

Json type_schema(ComponentCatalog& catalog, std::uint32_t kind) {
  Json choices = Json::array();
  for (const std::string& type : catalog.types(kind)) {
    const connector_component* component = catalog.find(kind, type);
    if (component) choices.push_back({{"const", type}, {"description", std::string(connector::text(component->description))}});
  }
  choices.push_back(reference_schema());
  return {{"description", "Which " + std::string(connector::kind_name(kind)) + " this is."}, {"anyOf", choices}};
}

Json component(ComponentCatalog& catalog, std::uint32_t kind, const char* description, const OptionTable& host_keys = {}) {
  Json out = {{"type", "object"}, {"description", description}, {"required", Json::array({"type"})}};
  out["properties"]["type"] = type_schema(catalog, kind);
  out["allOf"] = Json::array();
  for (const std::string& type : catalog.types(kind)) {
    if (const connector_component* found = catalog.find(kind, type)) out["allOf"].push_back(component_branch(*found, host_keys));
  }
  if (out["allOf"].empty()) out.erase("allOf");  // an empty allOf is not allowed
  return out;
}

Json id_schema() {
  Json rule = mapping(HostKeys::id(), "Exactly one of these.");
  rule["minProperties"] = rule["maxProperties"] = 1;
  const Json word = {{"enum", Json::array({"none"})}, {"description", "Records have no id; not with 'dedup'."}};
  return {{"description", "Where a record's id is."}, {"anyOf", Json::array({rule, word, reference_schema()})}};
}

Json key_schema() {
  Json rule = mapping(HostKeys::key(), "How a record's key is made: one of json, header, message_id, routing_key, constant and parts.");
  rule["oneOf"] = Json::array();
  for (const char* each : {"json", "header", "message_id", "routing_key", "constant", "parts"}) rule["oneOf"].push_back({{"required", Json::array({each})}});
  return rule;
}

Json connector_schema() {
  Json out = {{"type", "object"}, {"description", "One line of work: from a source to a sink."}, {"required", Json::array({"source", "sink"})}};
  out["properties"]["source"] = definition("source");
  out["properties"]["dedup"] = definition("dedup");
  out["properties"]["transforms"] = {{"type", "array"}, {"items", definition("transform")}, {"description", "Applied in this order."}};
  out["properties"]["sink"] = definition("sink");
  out["properties"]["dead_letter"] = definition("dead_letter");
  out["properties"]["id"] = id_schema();
  out["properties"]["key"] = key_schema();
  out["properties"]["errors"] = mapping(HostKeys::errors(), "What becomes of rejected records.");
  out["properties"]["retry"] = mapping(HostKeys::retry(), "The waits between retries.");
  out["properties"]["breaker"] = mapping(HostKeys::breaker(), "When a failing dependency is left alone for a while.");
  out["properties"]["restart"] = mapping(HostKeys::restart(), "When a failed task is started again.");
  add_options(HostKeys::connector(), out);
  out["additionalProperties"] = false;
  return out;
}

Json connectors_schema() {
  return {{"type", "object"},
          {"description", "The connectors by name."},
          {"minProperties", 1},
          {"propertyNames", {{"minLength", 1}, {"maxLength", 255}, {"pattern", "^[^\\u0000-\\u001f\\u007f]*$"}}},
          {"additionalProperties", definition("connector")}};
}

Json grants_schema(const char* description) {
  const Json option = {{"type", "string"}, {"pattern", "^[^.]+(\\.[^.]+)?$"}};
  return {
      {"type", "object"}, {"description", description}, {"additionalProperties", {{"anyOf", Json::array({option, {{"type", "array"}, {"items", option}}})}}}};
}

Json admin_schema() {
  Json out = mapping(HostKeys::admin(), "The admin API: where it is served, and the roles and logins.");
  out["properties"]["variables"] = grants_schema(
      "Environment variables that a configuration over REST may refer to, beside those that the topology's connectors refer to, and the options that each is "
      "for.");
  out["properties"]["files"] = grants_schema("Files that it may refer to, and the options that each is for; one that ends in / stands for all files in it.");
  out["properties"]["operate"] = mapping(HostKeys::admin_operate(), "Logins with the role operate: read, pause, resume, stop, restart.");
  out["properties"]["read_only"] = mapping(HostKeys::admin_read_only(), "Logins with the role read.");
  out["properties"]["tls"] = mapping(HostKeys::admin_tls(), "TLS for the admin API.");
  return out;
}

}  // namespace

std::string TopologySchema::build(ComponentCatalog& catalog) {
  Json out = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "connector-host topology"}, {"type", "object"}};
  out["required"] = Json::array({"connectors"});
  out["properties"]["connectors"] = connectors_schema();
  out["properties"]["http"] = mapping(HostKeys::http(), "Metrics and health.");
  out["properties"]["metrics"] = mapping(HostKeys::metrics(), "What /metrics says.");
  out["properties"]["admin"] = admin_schema();
  out["properties"]["log"] = mapping(HostKeys::log(), "What is written to standard error.");
  add_options(HostKeys::top(), out);
  out["additionalProperties"] = false;
  Json& defs = out["$defs"];
  defs["connector"] = connector_schema();
  defs["source"] = component(catalog, CONNECTOR_SOURCE, "Where records come from.");
  defs["dedup"] = component(catalog, CONNECTOR_DEDUP, "Remembers ids, so that a record is delivered once.", HostKeys::dedup());
  defs["transform"] = component(catalog, CONNECTOR_TRANSFORM, "Changes or drops records.", HostKeys::transform());
  defs["sink"] = component(catalog, CONNECTOR_SINK, "Where records go.");
  defs["dead_letter"] = component(catalog, CONNECTOR_SINK, "Where rejected records go.", HostKeys::dead_letter());
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace connector_host::topology
