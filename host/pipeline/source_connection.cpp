#include "host/pipeline/source_connection.hpp"

#include <algorithm>
#include <utility>

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;
constexpr auto call_time = 5s;      // resume, set_window; the least of pause
constexpr auto open_time = 15s;     // several broker addresses may be tried
constexpr auto longest_pause = 3s;  // between two attempts to open that failed
constexpr auto proving_time = 60s;

}  // namespace

SourceConnection::SourceConnection(const middleware::BackoffSettings& retry, std::chrono::milliseconds drain_timeout, world::World& world,
                                   plugin::SourceHandle& source, middleware::Breaker& breaker, IntakeCounters& counters, SourceEvents events)
    : retry_(retry),
      pause_time_(std::max<std::chrono::milliseconds>(drain_timeout, call_time)),
      backoff_(retry),
      world_(world),
      source_(source),
      breaker_(breaker),
      counters_(counters),
      events_(std::move(events)),
      gate_(world.make_gate()) {}

std::string SourceConnection::last_error() const {
  std::lock_guard lock(mutex_);
  return last_error_;
}

void SourceConnection::wake() {
  gate_->open();
  source_.wake();
}

void SourceConnection::cancel_opening() {
  if (!is_open()) source_.cancel();
}

bool SourceConnection::open() {
  if (world_.now() < next_open_) {
    gate_->wait_until(next_open_);
    return false;
  }
  const plugin::CallResult result = source_.open(open_time);
  failed_opens_ = result.ok() ? 0 : failed_opens_ + 1;
  counters_[result.ok() ? IntakeCount::source_opened : IntakeCount::source_not_opened].add();
  next_open_ = world_.now() + std::min<world::Duration>(backoff_.delay(std::max(failed_opens_, 1u), world_.random()), longest_pause);
  if (!result.ok()) {
    failed(result);
    return false;
  }
  opened_at_ = world_.now();
  proven_ = false;
  opened_once_ = true;
  paused_ = false;
  window_ = 0;
  failed_calls_.store(0, std::memory_order_relaxed);
  open_.store(true, std::memory_order_release);
  events_.changed();
  return true;
}

void SourceConnection::close() {
  open_.store(false, std::memory_order_release);
  source_.close();
  events_.changed();
}

void SourceConnection::failed(const plugin::CallResult& result) {
  trouble_ = true;
  const bool refused = result.code == CONNECTOR_BAD_CONFIG || result.code == CONNECTOR_FATAL;
  counters_[refused ? IntakeCount::source_refused_calls : IntakeCount::source_failed_calls].add();
  counters_.last_error.set(std::uint64_t(world_.now().time_since_epoch().count()));
  {
    std::lock_guard lock(mutex_);
    last_error_ = result.message;
  }
  breaker_.failure(result.message);
  if (is_open()) failed_calls_.fetch_add(1, std::memory_order_relaxed);
  events_.changed();
  if (final(result)) events_.final("source: " + result.message);
  if (!is_open()) return close();
  if (result.code == CONNECTOR_RETRIABLE) return wait(std::max<world::Duration>(retry_.initial, result.retry_after));
  // Each connection that comes to nothing may cost every record in the prefetch window one delivery.
  counters_[IntakeCount::source_lost].add();
  count_loss();
  unproven_ = proven() ? 0 : unproven_ + 1;
  if (unproven_ > 0) next_open_ = std::max(next_open_, world_.now() + backoff_.delay(unproven_, world_.random()));
  close();
}

void SourceConnection::count_loss() {
  short_lived_.store(lived_long() ? 0 : short_lived_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

void SourceConnection::worked() {
  if (short_lived_.load(std::memory_order_relaxed) > 0 && lived_long()) {
    short_lived_.store(0, std::memory_order_relaxed);
    events_.changed();
  }
  if (!trouble_) return;
  if (failed_calls_.exchange(0, std::memory_order_relaxed) >= many_failures) events_.changed();
  if (unproven_ > 0 && !proven()) return;
  trouble_ = false;
  breaker_.success();
}

bool SourceConnection::answered(plugin::CallResult result) {
  if (result.ok()) return true;
  if (result.code == CONNECTOR_RETRIABLE) result.code = CONNECTOR_NOT_CONNECTED;
  failed(result);
  return false;
}

void SourceConnection::pause_or_resume(bool take) {
  if (take == !paused_) return;
  if (answered(take ? source_.resume(call_time) : source_.pause(pause_time_))) paused_ = !take;
}

// Raised in doublings, and lowered by a quarter at least: a rate that wavers costs no round trips.
void SourceConnection::set_window(std::uint32_t deliveries, bool give_back) {
  const bool raised = deliveries >= window_ * 2, lowered = deliveries <= window_ / 4 * 3 && deliveries < window_;
  if (window_ != 0 && !raised && !lowered) return;
  const bool gives_back = give_back && !paused_ && deliveries * 2 <= window_;
  if (gives_back && !answered(source_.pause(pause_time_))) return;
  if (!answered(source_.set_window(deliveries, call_time))) return;
  window_ = deliveries;
  if (gives_back) answered(source_.resume(call_time));
}

void SourceConnection::settled(world::Time received) {
  if (proven_ || received < opened_at_) return;
  proven_ = ever_proven_ = true;
  unproven_ = 0;
}

bool SourceConnection::proven() const {
  return proven_ || lived_long();
}

bool SourceConnection::lived_long() const {
  return world_.now() - opened_at_ >= proving_time;
}

// A source that has worked is tried again even when its opening blames the configuration: a queue that is declared anew
// comes back. One that blames it before anything came of its connection would do so again.
bool SourceConnection::final(const plugin::CallResult& result) const {
  if (result.code == CONNECTOR_FATAL) return true;
  if (result.code != CONNECTOR_BAD_CONFIG) return false;
  return is_open() ? !proven() : !ever_proven_;
}

}  // namespace connector_host::pipeline
