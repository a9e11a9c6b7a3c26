#include "host/runtime/kept_secrets.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "connector/view.hpp"

namespace connector_host::runtime {
namespace {

using topology::FlatConfig;

// "dedup." of "dedup.password", "transforms.mask." of "transforms.mask.key"; empty: of no component.
std::string prefix_of(const std::string& key) {
  const std::size_t dot = key.find('.');
  if (dot == std::string::npos) return "";
  const std::size_t end = key.starts_with("transforms.") ? key.find('.', dot + 1) : dot;
  return end == std::string::npos ? "" : key.substr(0, end + 1);
}

std::string type_key(const std::string& prefix) {
  return prefix == "source." ? "connector.class" : prefix + "type";
}

std::uint32_t kind_of(const std::string& prefix) {
  if (prefix == "source.") return CONNECTOR_SOURCE;
  if (prefix == "dedup.") return CONNECTOR_DEDUP;
  return prefix == "sink." || prefix == "dead_letter." ? CONNECTOR_SINK : CONNECTOR_TRANSFORM;
}

const std::string* find(const FlatConfig& config, const std::string& key) {
  const auto found = config.find(key);
  return found == config.end() ? nullptr : &found->second;
}

bool same(const FlatConfig& a, const FlatConfig& b, const std::string& key) {
  const std::string *in_a = find(a, key), *in_b = find(b, key);
  return (!in_a && !in_b) || (in_a && in_b && *in_a == *in_b);
}

// The option of a key, without the entry of a map.
std::string option_of(const std::string& key, const std::string& prefix) {
  const std::string rest = key.substr(prefix.size());
  return rest.substr(0, rest.find('.'));
}

}  // namespace

std::vector<topology::KeyProblem> KeptSecrets::problems(const FlatConfig& before, const FlatConfig& changed) const {
  std::vector<topology::KeyProblem> out;
  for (const auto& [key, value] : changed) {
    const std::string prefix = prefix_of(key);
    if (prefix.empty() || value.find(topology::hidden_value) == std::string::npos || !same(before, changed, key)) continue;
    const std::string by = moved_by(prefix, before, changed);
    if (by.empty()) continue;
    out.push_back({key, "its value is kept hidden, and '" + by + "' changes whom it would be sent to", "give the value again, or a reference to it"});
  }
  return out;
}

std::string KeptSecrets::moved_by(const std::string& prefix, const FlatConfig& before, const FlatConfig& changed) const {
  if (!same(before, changed, type_key(prefix))) return type_key(prefix);
  std::set<std::string> endpoints;
  if (const connector_component* of = component(prefix, changed)) {
    for (std::uint64_t i = 0; i < of->option_count; ++i) {
      if (of->options[i]->flags & CONNECTOR_OPT_ENDPOINT) endpoints.emplace(connector::text(of->options[i]->name));
    }
  }
  for (const FlatConfig* config : {&before, &changed}) {
    for (const auto& [key, value] : *config) {
      const bool counts = key.starts_with(prefix) && (endpoints.empty() || endpoints.contains(option_of(key, prefix)));
      if (counts && !same(before, changed, key)) return key;
    }
  }
  return "";
}

const connector_component* KeptSecrets::component(const std::string& prefix, const FlatConfig& config) const {
  const std::string* type = find(config, type_key(prefix));
  return type ? services_.find_component(kind_of(prefix), *type) : nullptr;
}

}  // namespace connector_host::runtime
