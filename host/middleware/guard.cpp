#include "host/middleware/guard.hpp"

#include <algorithm>
#include <utility>

namespace connector_host::middleware {
namespace {

using namespace std::chrono_literals;
constexpr std::uint32_t failures_that_show = 5;
constexpr auto shown_for = 1min;  // longer than the longest pause between two attempts

bool only_the_user_can_mend(connector_code code) {
  return code == CONNECTOR_BAD_CONFIG || code == CONNECTOR_FATAL;
}

}  // namespace

Guard::Guard(plugin::Instance& instance, Breaker& breaker, world::World& world, GuardSettings settings, GuardEvents events)
    : instance_(instance), breaker_(breaker), world_(world), settings_(std::move(settings)), events_(std::move(events)), backoff_(settings_.backoff) {}

void Guard::watch() {
  breaker_.subscribe(this, [this] { breaker_.closed() ? events_.ready() : events_.wants_opener(); });
}

void Guard::unwatch() {
  breaker_.unsubscribe(this);
}

bool Guard::enter() {
  if (!breaker_.closed() || doubted_.load(std::memory_order_acquire) || cancelled_.load(std::memory_order_acquire)) return false;
  bool wakes = false;
  {
    std::lock_guard lock(mutex_);
    if (!open_.load(std::memory_order_relaxed) || broken_) return false;
    ++inside_;
    wakes = std::exchange(opener_rests_, false);
  }
  if (wakes) events_.wants_opener();  // to look whether it hangs; once in longest_unasked at most
  return true;
}

void Guard::leave(const plugin::CallResult& result, Attempt attempt) {
  bool wants_opener = false;
  {
    std::lock_guard lock(mutex_);
    --inside_;
    ++left_;
    if (result.code == CONNECTOR_NOT_CONNECTED) lose_connection();
    wants_opener = inside_ == 0 && !open_.load(std::memory_order_relaxed);
  }
  const bool was_doubted = end_doubt();
  judge(result, attempt);
  if (was_doubted && ready()) events_.ready();
  if (wants_opener) events_.wants_opener();
}

// Under mutex_.
void Guard::lose_connection() {
  if (open_.exchange(false, std::memory_order_acq_rel)) ++counts_.lost;
}

bool Guard::works() const {
  if (!ready()) return false;
  if (failures_in_a_row_.load(std::memory_order_relaxed) < failures_that_show) return true;
  return world_.now() - world::Time(world::Duration(last_failure_.load(std::memory_order_relaxed))) >= shown_for;
}

ConnectionCounts Guard::counts() const {
  std::lock_guard lock(mutex_);
  return counts_;
}

std::string Guard::last_error() const {
  std::lock_guard lock(mutex_);
  return last_error_;
}

void Guard::judge(const plugin::CallResult& result, Attempt attempt) {
  count_failure(result.ok());
  if (result.ok() || result.code == CONNECTOR_NOT_CONNECTED) note_reachable(result.ok());
  if (attempt == Attempt::repeat && result.code == CONNECTOR_RETRIABLE) return remember(result);
  result.ok() ? breaker_.success() : note_failure(result);
}

void Guard::count_failure(bool ok) {
  if (ok) return failures_in_a_row_.store(0, std::memory_order_relaxed);
  failures_in_a_row_.fetch_add(1, std::memory_order_relaxed);
  last_failure_.store(world_.now().time_since_epoch().count(), std::memory_order_relaxed);
}

void Guard::judge_answer(const plugin::CallResult& result) {
  note_reachable(result.ok());
  result.ok() ? breaker_.answered() : note_failure(result);
}

void Guard::note_reachable(bool reachable) {
  reachable_.store(reachable, std::memory_order_release);
  if (!reachable) outages_.fetch_add(1, std::memory_order_relaxed);
}

void Guard::note_failure(const plugin::CallResult& result) {
  const std::string why = settings_.name + ": " + result.message;
  const bool broken = only_the_user_can_mend(result.code);
  remember(result);
  breaker_.failure(result.message);
  events_.failed();
  if (broken) events_.broken(why);
}

void Guard::remember(const plugin::CallResult& result) {
  const bool broken = only_the_user_can_mend(result.code);
  std::lock_guard lock(mutex_);
  last_error_ = result.message;
  broken_ = broken_ || broken;
  ++(broken ? counts_.refused_calls : counts_.failed_calls);
}

world::Time Guard::maintain() {
  const world::Time now = world_.now();
  if (may_open(now)) {
    open_again();
  } else if (open_.load(std::memory_order_acquire) && breaker_.try_probe()) {
    probe();
  } else if (calls_hang(now)) {
    ask_about_hanging();
  }
  std::lock_guard lock(mutex_);
  if (broken_ || cancelled_.load(std::memory_order_acquire)) return world::never;
  if (!open_.load(std::memory_order_relaxed)) return inside_ == 0 ? next_open_ : world::never;
  opener_rests_ = inside_ == 0;
  return opener_rests_ ? breaker_.next_probe() : std::min(breaker_.next_probe(), now + settings_.longest_unasked);
}

bool Guard::calls_hang(world::Time now) {
  std::lock_guard lock(mutex_);
  if (inside_ == 0 || left_ != left_seen_) none_left_since_.reset();
  left_seen_ = left_;
  if (inside_ > 0 && !none_left_since_) none_left_since_ = now;
  return none_left_since_ && now - *none_left_since_ >= settings_.longest_unasked;
}

// Neither the breaker nor the connection is touched: the call that hangs will say what it came to.
void Guard::ask_about_hanging() {
  std::uint64_t left = 0;
  {
    std::lock_guard lock(mutex_);
    left = left_;
  }
  const plugin::CallResult result = instance_.check(settings_.check_timeout);
  bool changed = false;
  {
    std::lock_guard lock(mutex_);
    const bool still_hangs = inside_ > 0 && left_ == left;
    const bool doubt = still_hangs && !result.ok();
    if (doubt) note_reachable(false);
    changed = doubted_.exchange(doubt, std::memory_order_acq_rel) != doubt;
    if (doubt) last_error_ = "a call is under way for long, and the dependency does not answer: " + result.message;
  }
  if (!changed) return;
  ready() ? events_.ready() : events_.failed();
}

bool Guard::may_open(world::Time now) {
  std::lock_guard lock(mutex_);
  return !cancelled_.load(std::memory_order_acquire) && !open_.load(std::memory_order_relaxed) && !broken_ && inside_ == 0 && now >= next_open_;
}

void Guard::open_again() {
  instance_.close();
  if (cancelled_.load(std::memory_order_acquire)) return;
  const plugin::CallResult result = instance_.open(settings_.open_timeout);
  {
    std::lock_guard lock(mutex_);
    failed_opens_ = result.ok() ? 0 : failed_opens_ + 1;
    const world::Duration pause = std::min<world::Duration>(backoff_.delay(std::max(failed_opens_, 1u), world_.random()), settings_.longest_pause);
    next_open_ = world_.now() + pause;  // also after a success: a connection that breaks at once is not opened in a hot loop
    open_.store(result.ok(), std::memory_order_release);
    ++(result.ok() ? counts_.opened : counts_.not_opened);
  }
  judge_answer(result);
  if (result.ok()) events_.ready();
}

void Guard::probe() {
  const plugin::CallResult result = instance_.check(settings_.check_timeout);
  if (result.code == CONNECTOR_NOT_CONNECTED) {
    std::lock_guard lock(mutex_);
    lose_connection();  // the next maintain() opens it
  }
  judge_answer(result);
}

void Guard::shut() {
  instance_.close();
  std::lock_guard lock(mutex_);
  open_.store(false, std::memory_order_release);
}

}  // namespace connector_host::middleware
