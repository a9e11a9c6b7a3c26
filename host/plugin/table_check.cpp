#include "host/plugin/table_check.hpp"

#include <cstddef>
#include <set>
#include <string_view>
#include <utility>

#include "connector/kind.hpp"
#include "connector/view.hpp"
#include "host/plugin/plugin_error.hpp"
#include "host/plugin/utf8.hpp"

namespace connector_host::plugin {
namespace {

using connector::text;

// What a struct of version 1.0 has: the least a plugin may bring. Never changes, however the structs grow.
template <class T, class M>
constexpr std::size_t end_of(std::size_t offset, M T::*) {
  return offset + sizeof(M);
}
#define CONNECTOR_V1_0(type, last) end_of(offsetof(type, last), &type::last)
constexpr std::size_t plugin_v1_0 = CONNECTOR_V1_0(connector_plugin, component_count);
constexpr std::size_t component_v1_0 = CONNECTOR_V1_0(connector_component, destroy);
constexpr std::size_t option_v1_0 = CONNECTOR_V1_0(connector_option, maximum);
constexpr std::size_t metric_v1_0 = CONNECTOR_V1_0(connector_metric, bucket_count);
constexpr std::size_t largest_struct = 64 * 1024;  // larger is no struct_size but some other number

constexpr std::uint64_t most_components = 64, most_options = 256, most_metrics = 256, most_allowed = 1024, most_buckets = 128;
constexpr std::size_t longest_word = 64, longest_text = 4096;
constexpr const char* type_letters = "abcdefghijklmnopqrstuvwxyz0123456789-";
constexpr const char* name_letters = "abcdefghijklmnopqrstuvwxyz0123456789_-";
constexpr const char* metric_letters = "abcdefghijklmnopqrstuvwxyz0123456789_";

std::string quoted(std::string_view word) {
  std::string out = "'";
  for (const char letter : word.substr(0, longest_word)) out += letter >= 0x20 && letter < 0x7f ? letter : '?';
  return out + "'";
}

std::string version(std::uint32_t major, std::uint32_t minor) {
  return std::to_string(major) + "." + std::to_string(minor);
}

}  // namespace

void TableCheck::refuse(const std::string& why) const {
  throw PluginError(where_ + why);
}

void TableCheck::run(const connector_plugin& plugin) {
  const TableCheck all("");
  all.check_size(plugin.struct_size, offsetof(connector_plugin, reserved), CONNECTOR_PLUGIN_SYMBOL);
  if (plugin.abi_major != CONNECTOR_ABI_MAJOR)
    all.refuse("is built for plugin ABI " + version(plugin.abi_major, plugin.abi_minor) + ", this host speaks " +
               version(CONNECTOR_ABI_MAJOR, CONNECTOR_ABI_MINOR) + "; build it against this host's SDK, or use a host of major " +
               std::to_string(plugin.abi_major));
  all.check_size(plugin.struct_size, plugin_v1_0, CONNECTOR_PLUGIN_SYMBOL);
  all.check_text(plugin.name, "its name", false);
  all.check_text(plugin.version, "its version", false);
  all.check_count(plugin.component_count, most_components, plugin.components, "components");
  if (plugin.component_count == 0) all.refuse("offers no component");
  std::set<std::pair<std::uint32_t, std::string_view>> seen;
  for (std::uint64_t i = 0; i < plugin.component_count; ++i) {
    const connector_component* component = plugin.components[i];
    if (!component) all.refuse("component " + std::to_string(i) + " is null");
    all.inside("component " + std::to_string(i) + ": ").check(*component);
    if (!seen.emplace(component->kind, text(component->type)).second)
      all.refuse("has the " + std::string(connector::kind_name(component->kind)) + " " + quoted(text(component->type)) + " twice");
  }
}

void TableCheck::check(const connector_component& component) const {
  check_size(component.struct_size, component_v1_0, "it");
  if (connector::kind_name(component.kind).empty()) refuse("kind " + std::to_string(component.kind) + " is unknown to this host");
  check_word(component.type, "its type", type_letters, longest_word);
  const TableCheck here(std::string(connector::kind_name(component.kind)) + " " + std::string(text(component.type)) + ": ");
  here.check_text(component.description, "its description", true);
  here.check_count(component.option_count, most_options, component.options, "options");
  here.check_count(component.metric_count, most_metrics, component.metrics, "metrics");
  std::set<std::string_view> names;
  for (std::uint64_t i = 0; i < component.option_count; ++i) {
    const connector_option* option = component.options[i];
    if (!option) here.refuse("option " + std::to_string(i) + " is null");
    here.inside("option " + std::to_string(i) + ": ").check(*option);
    if (!names.insert(text(option->name)).second) here.refuse("has the option " + quoted(text(option->name)) + " twice");
  }
  names.clear();
  for (std::uint64_t i = 0; i < component.metric_count; ++i) {
    const connector_metric* metric = component.metrics[i];
    if (!metric) here.refuse("metric " + std::to_string(i) + " is null");
    here.inside("metric " + std::to_string(i) + ": ").check(*metric);
    if (!names.insert(text(metric->name)).second) here.refuse("has the metric " + quoted(text(metric->name)) + " twice");
  }
  if (!component.create || !component.destroy) here.refuse("has no create or no destroy");
  here.check_ops(component);
}

void TableCheck::check(const connector_option& option) const {
  check_size(option.struct_size, option_v1_0, "it");
  check_word(option.name, "its name", name_letters, longest_word);
  const TableCheck here = inside(std::string(text(option.name)) + ": ");
  if (option.type > CONNECTOR_OPT_MAP) here.refuse("option type " + std::to_string(option.type) + " is unknown to this host");
  here.check_text(option.default_value, "its default", true);
  here.check_text(option.description, "its description", true);
  here.check_text(option.display_name, "its display name", true);
  here.check_count(option.allowed_count, most_allowed, option.allowed, "allowed values");
  for (std::uint64_t i = 0; i < option.allowed_count; ++i) here.check_text(option.allowed[i], "an allowed value", false);
  if (option.minimum > option.maximum) here.refuse("its minimum is above its maximum");  // false where one is NaN: none
}

void TableCheck::check(const connector_metric& metric) const {
  check_size(metric.struct_size, metric_v1_0, "it");
  check_word(metric.name, "its name", metric_letters, longest_word);
  const TableCheck here = inside(std::string(text(metric.name)) + ": ");
  if (metric.kind > CONNECTOR_HISTOGRAM) here.refuse("metric kind " + std::to_string(metric.kind) + " is unknown to this host");
  here.check_text(metric.help, "its help", true);
  here.check_count(metric.bucket_count, most_buckets, metric.buckets, "buckets");
  for (std::uint64_t i = 0; i < metric.bucket_count; ++i)
    if (metric.buckets[i] != metric.buckets[i] || (i > 0 && !(metric.buckets[i - 1] < metric.buckets[i]))) here.refuse("its buckets do not rise");
}

void TableCheck::check_word(connector_view word, const char* what, const char* letters, std::size_t longest) const {
  if (connector::is_null(word) || word.size == 0) refuse(std::string(what) + " is empty");
  if (word.size > longest) refuse(std::string(what) + " has " + std::to_string(word.size) + " letters, " + std::to_string(longest) + " are allowed");
  if (text(word).find_first_not_of(letters) != std::string_view::npos || text(word).front() == '-')
    refuse(std::string(what) + " " + quoted(text(word)) + " has a letter that is not allowed; use a-z, 0-9 and " + (letters == type_letters ? "-" : "_"));
}

void TableCheck::check_text(connector_view said, const char* what, bool may_be_null) const {
  if (connector::is_null(said)) {
    if (!may_be_null || said.size != 0) refuse(std::string(what) + " is null");
    return;
  }
  if (said.size > longest_text) refuse(std::string(what) + " has " + std::to_string(said.size) + " bytes, " + std::to_string(longest_text) + " are allowed");
  if (!is_utf8(text(said))) refuse(std::string(what) + " is not UTF-8");
}

void TableCheck::check_count(std::uint64_t count, std::uint64_t most, const void* first, const char* what) const {
  if (count > most) refuse("names " + std::to_string(count) + " " + what + ", " + std::to_string(most) + " are allowed");
  if (count > 0 && !first) refuse("its " + std::string(what) + " are null");
}

void TableCheck::check_size(std::uint32_t struct_size, std::size_t at_least, const char* what) const {
  if (struct_size < at_least || struct_size > largest_struct)
    refuse(std::string(what) + " has struct_size " + std::to_string(struct_size) + ", at least " + std::to_string(at_least) +
           " is needed; set it to sizeof the struct of connector/abi.h");
}

}  // namespace connector_host::plugin
