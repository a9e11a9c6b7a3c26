#pragma once
// Guard: who may call an instance now, and who opens it again. Guarded<Handle> is the same with the handle's own calls.
//
// Callers (lanes) never open, probe or wait here: enter() says yes or not now, and one thread (an Opener) calls
// maintain(), which closes and opens what lost its connection once nobody is inside, and probes what a breaker keeps
// closed off. A call may wait long for its dependency (a write for half a minute), so while one is under way for some
// seconds the opener asks whether the dependency is there; until it is, or the call is back, it counts as not ready. So the boundary's rule that open and close
// are exclusive holds without a lock around calls.
//
// Retrying is not here either: a call that failed is scheduled anew by the lane, record by record.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "host/middleware/backoff.hpp"
#include "host/middleware/breaker.hpp"
#include "host/middleware/connection_counts.hpp"
#include "host/plugin/instance.hpp"

namespace connector_host::middleware {

struct GuardSettings {
  std::string name;  // "sink", "dedup", …: in messages
  BackoffSettings backoff;
  std::chrono::milliseconds longest_pause{3'000};  // between two attempts to open
  std::chrono::milliseconds open_timeout{10'000};
  std::chrono::milliseconds check_timeout{5'000};
  std::chrono::milliseconds longest_unasked{3'000};  // a call under way without any being over
};

// What the guard tells its task. Called without the guard's mutex, from the thread that found out.
struct GuardEvents {
  std::function<void()> ready;                         // calls go again
  std::function<void()> wants_opener;                  // maintain() has something to do
  std::function<void(const std::string& why)> broken;  // only the user can mend it
  std::function<void()> failed;                        // a call failed; last_error() says how
};

// What a failed call says of its dependency. repeat: each of its records failed by itself before, so the breaker learns nothing:
// one record that never succeeds must not keep the others away. It counts all the same when the connection is lost.
enum class Attempt { first, repeat };

class Guard {
 public:
  Guard(plugin::Instance& instance, Breaker& breaker, world::World& world, GuardSettings settings, GuardEvents events);

  // From watch() to unwatch() the events follow the breaker, whoever of its users opened or closed it.
  void watch();
  void unwatch();

  // True: call, then leave() once. Thread-safe.
  bool enter();
  void leave(const plugin::CallResult& result, Attempt attempt = Attempt::first);
  // The instance is open, its breaker closed, and no call hangs on a dependency that does not answer.
  bool ready() const { return open_.load(std::memory_order_acquire) && breaker_.closed() && !doubted_.load(std::memory_order_acquire); }
  // Ready, and its calls succeed: not each of the latest five failed, the last one less than a minute ago. It is for whoever
  // looks; calls go all the same, because records that fail by themselves open no breaker. An opening or a probe that goes well
  // changes nothing: a dependency may answer questions and do nothing.
  bool works() const;
  const Breaker& breaker() const { return breaker_; }
  const std::string& name() const { return settings_.name; }
  std::string last_error() const;
  ConnectionCounts counts() const;
  // It is open, and answered the latest probe or call that says so: true as well behind a breaker that opened because every
  // record of the latest calls failed.
  bool reachable() const { return open_.load(std::memory_order_acquire) && reachable_.load(std::memory_order_acquire); }
  // How often the dependency was found unavailable: it could not be opened, did not answer a probe, or a call said that it
  // is not connected. A call that merely failed does not count.
  std::uint64_t outages() const { return outages_.load(std::memory_order_relaxed); }

  // The opener's. Returns when it wants to be called again at the latest.
  world::Time maintain();
  // Calls under way end soon, nobody enters any more, and it is not opened again. Thread-safe.
  void cancel() {
    cancelled_.store(true, std::memory_order_release);
    instance_.cancel();
  }
  // At the end, when nobody calls any more.
  void shut();

 private:
  bool may_open(world::Time now);
  void open_again();
  void probe();
  bool calls_hang(world::Time now);
  void ask_about_hanging();
  bool end_doubt() { return doubted_.exchange(false, std::memory_order_acq_rel); }
  void judge(const plugin::CallResult& result, Attempt attempt);
  void judge_answer(const plugin::CallResult& result);
  void note_failure(const plugin::CallResult& result);
  void remember(const plugin::CallResult& result);
  void count_failure(bool ok);
  void note_reachable(bool reachable);
  void lose_connection();

  plugin::Instance& instance_;
  Breaker& breaker_;
  world::World& world_;
  const GuardSettings settings_;
  const GuardEvents events_;
  const Backoff backoff_;
  std::atomic<bool> open_ = false;     // written under mutex_, read without
  std::atomic<bool> doubted_ = false;  // a call is under way for long, and the dependency did not answer
  std::atomic<bool> cancelled_ = false;
  std::atomic<bool> reachable_ = false;
  std::atomic<std::uint64_t> outages_ = 0;
  std::atomic<std::uint32_t> failures_in_a_row_ = 0;
  std::atomic<world::Duration::rep> last_failure_ = 0;
  mutable std::mutex mutex_;  // guards all below
  std::uint32_t inside_ = 0;
  std::uint64_t left_ = 0, left_seen_ = 0;  // calls that are over, now and when last looked at
  std::optional<world::Time> none_left_since_;
  bool opener_rests_ = false;  // until a call begins
  bool broken_ = false;
  std::uint32_t failed_opens_ = 0;
  world::Time next_open_{};
  std::string last_error_;
  ConnectionCounts counts_;
};

template <class Handle>
class Guarded : public Guard {
 public:
  Guarded(Handle& handle, Breaker& breaker, world::World& world, GuardSettings settings, GuardEvents events)
      : Guard(handle, breaker, world, std::move(settings), std::move(events)), handle_(handle) {}

  // Nothing: not now. Otherwise what f(Handle&) came to.
  template <class F>
  std::optional<plugin::CallResult> call(F&& f, Attempt attempt = Attempt::first) {
    if (!enter()) return std::nullopt;
    plugin::CallResult result = std::forward<F>(f)(handle_);
    leave(result, attempt);
    return result;
  }

 private:
  Handle& handle_;
};

}  // namespace connector_host::middleware
