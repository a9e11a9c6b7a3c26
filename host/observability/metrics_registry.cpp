#include "host/observability/metrics_registry.hpp"

#include <exception>
#include <utility>

#include "host/observability/exposition.hpp"
#include "host/observability/family_merge.hpp"

namespace connector_host::observability {
namespace {

constexpr const char* prefix = "connector_host_";

Family family_of(const char* name, const char* help, MetricKind kind, Labels labels, double value) {
  Sample sample;
  sample.labels = std::move(labels);
  sample.value = value;
  return {name, help, kind, {std::move(sample)}};
}

}  // namespace

struct MetricsRegistry::Entry {
  std::mutex mutex;  // guards source, and is held while it is called
  Source source;     // empty: it has ended
};

MetricsRegistry::Registration::Registration(std::shared_ptr<Entry> entry) : entry_(std::move(entry)) {}

MetricsRegistry::Registration& MetricsRegistry::Registration::operator=(Registration&& other) noexcept {
  if (this != &other) {
    reset();
    entry_ = std::move(other.entry_);
  }
  return *this;
}

void MetricsRegistry::Registration::reset() {
  if (!entry_) return;
  Source ended;
  {
    std::lock_guard lock(entry_->mutex);
    ended = std::exchange(entry_->source, nullptr);
  }
  entry_.reset();
}

MetricsRegistry::MetricsRegistry(BuildInfo build) : build_(std::move(build)), start_(std::chrono::steady_clock::now()) {}
MetricsRegistry::~MetricsRegistry() = default;

MetricsRegistry::Registration MetricsRegistry::register_source(Source source) {
  auto entry = std::make_shared<Entry>();
  entry->source = std::move(source);
  std::lock_guard lock(mutex_);
  std::erase_if(entries_, [](const auto& one) { return one.expired(); });
  entries_.push_back(entry);
  return Registration(std::move(entry));
}

std::string MetricsRegistry::text() {
  FamilyMerge merge;
  for (const auto& entry : entries()) ask(*entry, merge);
  std::vector<Family> process;
  process_.collect(process);
  merge.add("", std::move(process));
  if (merge.left_out() > 0) count_errors(merge.left_out(), merge.last_problem());
  merge.add(prefix, own_families());
  return exposition(merge.take());
}

std::string MetricsRegistry::last_problem() const {
  std::lock_guard lock(mutex_);
  return last_problem_;
}

std::vector<std::shared_ptr<MetricsRegistry::Entry>> MetricsRegistry::entries() {
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Entry>> live;
  for (const auto& weak : entries_)
    if (auto entry = weak.lock()) live.push_back(std::move(entry));
  return live;
}

void MetricsRegistry::ask(Entry& entry, FamilyMerge& merge) {
  std::vector<Family> families;
  try {
    std::lock_guard lock(entry.mutex);
    if (entry.source) entry.source(families);
  } catch (const std::exception& error) {
    return count_errors(1, std::string("a source of metrics failed: ") + error.what());
  } catch (...) {
    return count_errors(1, "a source of metrics failed with something that is no exception");
  }
  merge.add(prefix, std::move(families));
}

std::vector<Family> MetricsRegistry::own_families() const {
  const std::chrono::duration<double> uptime = std::chrono::steady_clock::now() - start_;
  std::lock_guard lock(mutex_);
  return {family_of("build_info", "Always 1; the labels are the version of the host, the commit it was built from and its plugin ABI.", MetricKind::gauge,
                    {{"version", build_.version}, {"commit", build_.commit}, {"abi", build_.abi}}, 1),
          family_of("uptime_seconds", "Time since the host started, in seconds.", MetricKind::gauge, {}, uptime.count()),
          family_of("metrics_errors_total", "Samples left out of this page because a source failed or said what Prometheus refuses.", MetricKind::counter, {},
                    double(errors_))};
}

void MetricsRegistry::count_errors(std::uint64_t count, const std::string& why) {
  std::lock_guard lock(mutex_);
  errors_ += count;
  last_problem_ = why;
}

}  // namespace connector_host::observability
