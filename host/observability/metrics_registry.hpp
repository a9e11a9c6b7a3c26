#pragma once
// MetricsRegistry: the page that Prometheus reads. It asks its sources at a scrape and keeps no values itself, so a
// record never meets a lock or a hash of it.
//
// Each source appends families; those of one name become one, every name gets the prefix "connector_host_". A source
// that throws, or says what Prometheus would refuse, is left out and counted in connector_host_metrics_errors_total.
// The process_* metrics, connector_host_build_info and connector_host_uptime_seconds are its own. Thread-safe.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "host/observability/family.hpp"
#include "host/observability/process_metrics.hpp"

namespace connector_host::observability {

class FamilyMerge;

struct BuildInfo {
  std::string version;
  std::string commit;
  std::string abi;  // "1.0"
};

class MetricsRegistry {
 public:
  using Source = std::function<void(std::vector<Family>&)>;

  // A registered source, until it is destroyed or reset. Then the source is not called any more, and if it is being
  // called, that call has returned: so do not hold a mutex that the source takes, and do not end it within the source.
  // It may outlive the registry.
  class Registration;

  explicit MetricsRegistry(BuildInfo build);
  ~MetricsRegistry();

  [[nodiscard]] Registration register_source(Source source);
  // In the text format 0.0.4 (see exposition_content_type): families by name, samples by labels.
  std::string text();
  // The last reason to leave something out; empty: there was none. For the log.
  std::string last_problem() const;

 private:
  struct Entry;

  std::vector<std::shared_ptr<Entry>> entries();
  void ask(Entry& entry, FamilyMerge& merge);
  std::vector<Family> own_families() const;
  void count_errors(std::uint64_t count, const std::string& why);

  const BuildInfo build_;
  const std::chrono::steady_clock::time_point start_;
  const ProcessMetrics process_;
  mutable std::mutex mutex_;  // guards the rest; not held while a source is called
  std::vector<std::weak_ptr<Entry>> entries_;
  std::uint64_t errors_ = 0;
  std::string last_problem_;
};

class MetricsRegistry::Registration {
 public:
  Registration() = default;
  ~Registration() { reset(); }
  Registration(Registration&& other) noexcept = default;
  Registration& operator=(Registration&& other) noexcept;
  void reset();

 private:
  friend class MetricsRegistry;
  explicit Registration(std::shared_ptr<Entry> entry);

  std::shared_ptr<Entry> entry_;
};

}  // namespace connector_host::observability
