#include "host/observability/plugin_metrics.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "host/observability/metric_name.hpp"

namespace connector_host::observability {
namespace {

std::string text(connector_view view) {
  return view.data ? std::string(view.data, view.size) : std::string();
}

std::optional<MetricKind> kind_of(std::uint32_t kind) {
  switch (kind) {
    case CONNECTOR_COUNTER:
      return MetricKind::counter;
    case CONNECTOR_GAUGE:
      return MetricKind::gauge;
    case CONNECTOR_HISTOGRAM:
      return MetricKind::histogram;
    default:
      return std::nullopt;
  }
}

// Infinity is every histogram's last bound, whether it is declared or not.
std::vector<double> bounds_of(const connector_metric& metric) {
  std::vector<double> bounds;
  if (metric.kind != CONNECTOR_HISTOGRAM || !metric.buckets) return bounds;
  std::copy_if(metric.buckets, metric.buckets + metric.bucket_count, std::back_inserter(bounds), [](double bound) { return std::isfinite(bound); });
  return bounds;
}

std::string name_for(std::string type, const std::string& name) {
  std::replace(type.begin(), type.end(), '-', '_');
  if (type.empty() || name.starts_with(type + "_")) return name;
  return type + "_" + name;
}

std::optional<std::string> fault_of(const connector_metric& metric, const std::vector<double>& bounds) {
  const auto kind = kind_of(metric.kind);
  if (!kind) return "metric '" + text(metric.name) + "': its kind " + std::to_string(metric.kind) + " is unknown to this host";
  if (auto fault = metric_name_fault(text(metric.name), *kind)) return fault;
  if (std::adjacent_find(bounds.begin(), bounds.end(), std::greater_equal<>()) != bounds.end())
    return "metric '" + text(metric.name) + "': its buckets do not rise";
  return std::nullopt;
}

}  // namespace

PluginMetrics::PluginMetrics(const connector_component& component, Labels labels) : labels_(std::move(labels)) {
  for (std::uint64_t i = 0; i < component.metric_count; ++i) declare(component.metrics[i], text(component.type));
}

void PluginMetrics::declare(const connector_metric* metric, const std::string& type) {
  static constexpr connector_metric nothing{};
  const connector_metric& declared = metric ? *metric : nothing;
  std::vector<double> bounds = bounds_of(declared);
  const auto fault = fault_of(declared, bounds);
  if (fault) refused_.push_back("plugin '" + type + "': " + *fault);
  const MetricKind kind = kind_of(declared.kind).value_or(MetricKind::gauge);
  metrics_.emplace_back(Family{name_for(type, text(declared.name)), text(declared.help), kind, {}}, !fault, std::move(bounds));
}

void PluginMetrics::add(std::uint32_t metric, double amount) noexcept {
  if (metric < metrics_.size()) metrics_[metric].cell.add(amount);
}

void PluginMetrics::set(std::uint32_t metric, double value) noexcept {
  if (metric < metrics_.size()) metrics_[metric].cell.set(value);
}

void PluginMetrics::observe(std::uint32_t metric, const double* values, std::uint64_t count) noexcept {
  if (metric < metrics_.size()) metrics_[metric].cell.observe(values, count);
}

void PluginMetrics::collect(std::vector<Family>& out) const {
  for (const Metric& metric : metrics_) {
    if (!metric.exported) continue;
    Sample sample;
    sample.labels = labels_;
    metric.cell.fill(sample);
    Family family = metric.family;
    family.samples.push_back(std::move(sample));
    out.push_back(std::move(family));
  }
}

}  // namespace connector_host::observability
