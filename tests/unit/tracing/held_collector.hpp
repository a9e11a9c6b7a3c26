#pragma once
// HeldCollector: a collector's exporter that keeps what it gets, and that a test can hold, as one
// that does not answer.
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "host/tracing/span_exporter.hpp"

namespace connector_host::tracing {

class HeldCollector {
 public:
  class Exporter final : public SpanExporter {
   public:
    explicit Exporter(HeldCollector& collector) : collector_(collector) {}
    std::string export_spans(std::span<const FinishedSpan> spans) override {
      return collector_.take(spans);
    }

   private:
    HeldCollector& collector_;
  };

  std::unique_ptr<SpanExporter> exporter() { return std::make_unique<Exporter>(*this); }
  void hold() {
    std::lock_guard lock(mutex_);
    held_ = true;
  }
  void let_go() {
    std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }
  void refuse(const std::string& why) {
    std::lock_guard lock(mutex_);
    refusal_ = why;
  }
  void wait_until_asked(std::size_t times) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return exports_ >= times; });
  }
  std::vector<FinishedSpan> spans() {
    std::lock_guard lock(mutex_);
    return spans_;
  }

 private:
  std::string take(std::span<const FinishedSpan> spans) {
    std::unique_lock lock(mutex_);
    ++exports_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !held_; });
    if (refusal_.empty()) spans_.insert(spans_.end(), spans.begin(), spans.end());
    return refusal_;
  }

  std::mutex mutex_;  // guards the rest
  std::condition_variable changed_;
  bool held_ = false;
  std::size_t exports_ = 0;
  std::string refusal_;
  std::vector<FinishedSpan> spans_;
};

}  // namespace connector_host::tracing
