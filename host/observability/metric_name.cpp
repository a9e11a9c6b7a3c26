#include "host/observability/metric_name.hpp"

#include <algorithm>

#include "host/observability/printable_text.hpp"

namespace connector_host::observability {
namespace {

constexpr std::size_t longest_name = 200;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_metric_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_name && !is_digit(name.front()) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || is_digit(c) || c == ':'; });
}

std::string about(std::string_view name) {
  return "metric '" + one_line(name.substr(0, longest_name)) + "': ";
}

}  // namespace

std::optional<std::string> foreign_name_fault(std::string_view name) {
  if (is_metric_name(name)) return std::nullopt;
  return about(name) + "a name is up to 200 letters, digits, '_' and ':', and begins with no digit";
}

std::optional<std::string> metric_name_fault(std::string_view name, MetricKind kind) {
  if (auto fault = foreign_name_fault(name)) return fault;
  const std::string metric = about(name);
  const bool total = name.ends_with("_total");
  if (kind == MetricKind::counter && !total) return metric + "it counts, so its name has to end in _total";
  if (kind != MetricKind::counter && total) return metric + "only a counter's name ends in _total";
  // A histogram's own series end so, and would collide.
  if (name.ends_with("_bucket") || name.ends_with("_count") || name.ends_with("_sum")) return metric + "a name must not end in _bucket, _count or _sum";
  return std::nullopt;
}

bool is_label_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_name && !name.starts_with("__") && name != "le" && !is_digit(name.front()) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || is_digit(c); });
}

}  // namespace connector_host::observability
