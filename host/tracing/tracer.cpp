#include "host/tracing/tracer.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

namespace connector_host::tracing {

Tracer::Tracer(const TracingSettings& settings, world::World& world, std::unique_ptr<SpanExporter> exporter, std::function<void(const std::string&)> report)
    : settings_(settings), world_(world), exporter_(std::move(exporter)), report_(std::move(report)), work_(world.make_gate()), done_(world.make_gate()) {
  queue_.reserve(settings_.queue);
  batch_.reserve(settings_.queue);
}

Tracer::~Tracer() {
  stop({});
  if (thread_) thread_->join();
}

void Tracer::start() {
  thread_ = world_.start("tracing", [this] { run(); });
}

bool Tracer::stop(std::chrono::milliseconds patience) {
  if (!thread_) return true;
  const world::Time until = world_.now() + patience;
  stopping_.store(true, std::memory_order_release);
  work_->open();
  while (!over_.load(std::memory_order_acquire) && world_.now() < until) done_->wait_until(until);
  gives_up_.store(true, std::memory_order_release);
  if (!over_.load(std::memory_order_acquire)) return false;
  thread_->join();
  thread_.reset();
  return true;
}

// ---- what is traced

std::optional<SpanContext> Tracer::begin(const SpanContext& parent) {
  if (!settings_.sampler.keeps_child(parent)) return std::nullopt;
  SpanContext out = child_of(parent);
  out.sampled = true;
  return out;
}

SpanContext Tracer::begin_root() {
  const std::uint64_t start = world_.random(), end = settings_.sampler.kept_end(world_.random());
  SpanContext out;
  std::memcpy(out.trace_id.data(), &start, sizeof start);
  for (std::size_t i = 0; i < 8; ++i) out.trace_id[15 - i] = std::uint8_t(end >> (8 * i));  // as Sampler reads it
  out.span_id = new_span_id();
  out.sampled = true;
  return out;
}

SpanContext Tracer::child_of(const SpanContext& parent) {
  return {parent.trace_id, new_span_id(), parent.sampled};
}

SpanId Tracer::new_span_id() {
  std::uint64_t number = 0;
  while (number == 0) number = world_.random();  // all zero is no id
  SpanId out;
  std::memcpy(out.data(), &number, out.size());
  return out;
}

// ---- the way to the collector

void Tracer::record(std::vector<FinishedSpan>& spans) {
  if (spans.empty()) return;
  std::size_t taken = 0;
  bool enough = false;
  {
    std::lock_guard lock(mutex_);
    taken = std::min(spans.size(), settings_.queue - queue_.size());
    std::move(spans.begin(), spans.begin() + std::ptrdiff_t(taken), std::back_inserter(queue_));
    enough = queue_.size() >= settings_.batch;
  }
  dropped_.fetch_add(spans.size() - taken, std::memory_order_relaxed);
  spans.clear();
  if (enough) work_->open();
}

void Tracer::run() {
  while (!stopping_.load(std::memory_order_acquire)) {
    work_->wait_until(world_.now() + settings_.export_every);
    export_all();
  }
  export_all();
  over_.store(true, std::memory_order_release);
  done_->open();
}

void Tracer::export_all() {
  while (!gives_up_.load(std::memory_order_acquire) && take_batch()) export_batch();
}

bool Tracer::take_batch() {
  batch_.clear();
  std::lock_guard lock(mutex_);
  if (queue_.size() <= settings_.batch) {
    batch_.swap(queue_);  // both have room for a whole queue
  } else {
    const auto end = queue_.begin() + std::ptrdiff_t(settings_.batch);
    batch_.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
    queue_.erase(queue_.begin(), end);
  }
  return !batch_.empty();
}

// A batch that was not taken is dropped: spans that wait for a collector would push out the newer ones.
void Tracer::export_batch() {
  const std::string failure = exporter_->export_spans(batch_);
  if (failure.empty()) {
    exported_.fetch_add(batch_.size(), std::memory_order_relaxed);
    return;
  }
  dropped_.fetch_add(batch_.size(), std::memory_order_relaxed);
  failed_exports_.fetch_add(1, std::memory_order_relaxed);
  report_("the collector did not take " + std::to_string(batch_.size()) + " spans: " + failure);
}

TracerCounts Tracer::counts() const {
  return {exported_.load(std::memory_order_relaxed), dropped_.load(std::memory_order_relaxed), failed_exports_.load(std::memory_order_relaxed)};
}

}  // namespace connector_host::tracing
