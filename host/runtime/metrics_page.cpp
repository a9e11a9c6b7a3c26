#include "host/runtime/metrics_page.hpp"

namespace connector_host::runtime {

void MetricsPage::histogram(const char* name, const char* help, observability::Labels labels, const pipeline::HistogramCounts& counts) {
  observability::Sample sample{std::move(labels), 0, {}, counts.sum, counts.count()};
  std::uint64_t up_to = 0;
  for (std::size_t i = 0; i < counts.bounds.size(); ++i) sample.buckets.push_back({counts.bounds[i], up_to += counts.buckets[i]});
  add(name, help, observability::MetricKind::histogram, std::move(sample));
}

void MetricsPage::foreign(const std::string& name, const std::string& help, observability::Labels labels, double value) {
  using observability::MetricKind;
  add(name, help, name.ends_with("_total") ? MetricKind::counter : MetricKind::gauge, {std::move(labels), value, {}, 0, 0}).foreign = true;
}

observability::Family& MetricsPage::add(std::string_view name, std::string_view help, observability::MetricKind kind, observability::Sample sample) {
  std::size_t at = first_;
  while (at < families_.size() && families_[at].name != name) ++at;
  if (at == families_.size()) families_.push_back({std::string(name), std::string(help), kind, {}});
  families_[at].samples.push_back(std::move(sample));
  return families_[at];
}

double unix_seconds(world::World& world, world::Time at) {
  if (at == world::Time{}) return 0;
  return std::chrono::duration<double>(world.unix_time() - (world.now() - at)).count();
}

observability::Labels with(observability::Labels labels, const char* name, std::string value) {
  labels.emplace_back(name, std::move(value));
  return labels;
}

}  // namespace connector_host::runtime
