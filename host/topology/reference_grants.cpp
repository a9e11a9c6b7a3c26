#include "host/topology/reference_grants.hpp"

#include <algorithm>
#include <filesystem>

#include "connector/view.hpp"
#include "host/topology/references.hpp"
#include "host/topology/shown_text.hpp"

namespace connector_host::topology {
namespace {

struct Marks {
  bool is_marked = false, has_secrets = false;
  std::set<std::string> endpoints;
};

Marks marks_of(ComponentCatalog& catalog, std::uint32_t kind, const std::string& type) {
  Marks out;
  const connector_component* component = kind == 0 ? nullptr : catalog.find(kind, type);
  for (std::uint64_t i = 0; component && i < component->option_count; ++i) {
    const connector_option& option = *component->options[i];
    if (option.flags & CONNECTOR_OPT_SECRET) out.has_secrets = true;
    if (option.flags & CONNECTOR_OPT_ENDPOINT) out.endpoints.emplace(connector::text(option.name));
  }
  out.is_marked = !out.endpoints.empty();
  return out;
}

// "properties" of "properties.ssl.ca.location".
std::string option_of(const std::string& key) {
  return key.substr(0, key.find('.'));
}

// What has to be the same where the references of `option` are used again.
RawValues endpoints_beside(const std::string& option, const RawValues& raw, const Marks& marks) {
  RawValues out;
  for (const auto& [key, value] : raw) {
    const bool counts = marks.is_marked ? marks.endpoints.contains(option_of(key)) : marks.has_secrets;
    if (counts && key != option) out.emplace(key, value);
  }
  return out;
}

bool same_texts(const RawValues& a, const RawValues& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& one, const auto& other) { return one.first == other.first && one.second.text == other.second.text; });
}

bool is_file(const std::string& name) {
  return name.starts_with('/');
}

}  // namespace

ReferenceGrants::ReferenceGrants(const TopologyConfig& topology, std::string folder, ComponentCatalog& catalog) : folder_(std::move(folder)) {
  for (const ConnectorConfig& each : topology.connectors) {
    learn(0, "", each.raw, catalog);
    learn(CONNECTOR_SOURCE, each.source.type, each.source.raw, catalog);
    if (each.dedup) learn(CONNECTOR_DEDUP, each.dedup->component.type, each.dedup->component.raw, catalog);
    for (const ComponentConfig& transform : each.transforms) learn(CONNECTOR_TRANSFORM, transform.type, transform.raw, catalog);
    learn(CONNECTOR_SINK, each.sink.type, each.sink.raw, catalog);
    if (each.dead_letter) learn(CONNECTOR_SINK, each.dead_letter->type, each.dead_letter->raw, catalog);
  }
  for (const auto& [name, options] : topology.admin.variables) granted_[name].insert(options.begin(), options.end());
  for (const auto& [file, options] : topology.admin.files) granted_[absolute(file)].insert(options.begin(), options.end());
}

void ReferenceGrants::learn(std::uint32_t kind, const std::string& type, const RawValues& raw, ComponentCatalog& catalog) {
  const Marks marks = marks_of(catalog, kind, type);
  for (const auto& [option, value] : raw) {
    if (value.reference) uses_.push_back({kind, type, option, value.text, names_in(value.text), endpoints_beside(option, raw, marks)});
  }
}

bool ReferenceGrants::knows_variable(const std::string& name) const {
  return granted_.contains(name) || std::any_of(uses_.begin(), uses_.end(), [&](const Use& each) { return each.names.contains(name); });
}

bool ReferenceGrants::knows_file(const std::string& file) const {
  return granted_.contains(std::filesystem::path(file).parent_path().string() + "/") || knows_variable(file);
}

std::vector<KeyProblem> ReferenceGrants::problems(const ConnectorConfig& config, ComponentCatalog& catalog) const {
  std::vector<KeyProblem> out;
  ComponentConfig host;
  host.raw = config.raw;
  check(0, "", host, catalog, out);
  check(CONNECTOR_SOURCE, "source.", config.source, catalog, out);
  if (config.dedup) check(CONNECTOR_DEDUP, "dedup.", config.dedup->component, catalog, out);
  for (const ComponentConfig& each : config.transforms) check(CONNECTOR_TRANSFORM, "transforms." + each.name + ".", each, catalog, out);
  check(CONNECTOR_SINK, "sink.", config.sink, catalog, out);
  if (config.dead_letter) check(CONNECTOR_SINK, "dead_letter.", *config.dead_letter, catalog, out);
  return out;
}

void ReferenceGrants::check(std::uint32_t kind, const std::string& prefix, const ComponentConfig& component, ComponentCatalog& catalog,
                            std::vector<KeyProblem>& out) const {
  const Marks marks = marks_of(catalog, kind, component.type);
  for (const auto& [option, value] : component.raw) {
    if (!value.reference) continue;
    const Use wanted{kind, component.type, option, value.text, names_in(value.text), endpoints_beside(option, component.raw, marks)};
    for (const std::string& name : wanted.names) {
      if (grants(wanted, name, marks.endpoints.contains(option_of(option)))) continue;
      const std::string place = kind == 0 ? option : component.type + "." + option_of(option);
      const char* const list = is_file(name) ? "admin.files" : "admin.variables";
      out.push_back({prefix + option,
                     std::string(is_file(name) ? "file " : "variable ") + shown_name(name) +
                         " may not be used here: the topology uses it for another option, another type of component or with another endpoint",
                     "grant it in the topology's " + std::string(list) + ": { " + shown_name(name) + ": [" + place + "] }"});
    }
  }
}

bool ReferenceGrants::grants(const Use& wanted, const std::string& name, bool is_endpoint) const {
  const std::string place = wanted.kind == 0 ? wanted.option : wanted.type + "." + option_of(wanted.option);
  const auto by_admin = [&](const std::string& key) {
    const auto found = granted_.find(key);
    return found != granted_.end() && found->second.contains(place);
  };
  if (by_admin(name) || (is_file(name) && by_admin(std::filesystem::path(name).parent_path().string() + "/"))) return true;
  return std::any_of(uses_.begin(), uses_.end(), [&](const Use& each) {
    return each.kind == wanted.kind && each.type == wanted.type && each.option == wanted.option && each.names.contains(name) &&
           (!is_endpoint || each.text == wanted.text) && same_texts(each.endpoints, wanted.endpoints);
  });
}

// Also those in defaults, whether they would be used or not.
std::set<std::string> ReferenceGrants::names_in(const std::string& text) const {
  std::set<std::string> out;
  const References listing([](const std::string&) { return std::nullopt; }, folder_,
                           {[&](const std::string& name) { return out.insert(name), true; }, [&](const std::string& path) { return out.insert(path), false; }});
  listing.resolve(text);
  return out;
}

std::string ReferenceGrants::absolute(const std::string& file) const {
  return std::filesystem::absolute(std::filesystem::path(folder_) / file).lexically_normal().string();
}

}  // namespace connector_host::topology
