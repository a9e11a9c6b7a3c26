#pragma once
// Scheduler: lets one thread of a simulation run at a time, chosen by a seed, on a clock that moves
// only when all wait.
//
// Real threads pass a baton: whoever holds it runs until its next scheduling point (a component
// call or a gate). So all state of the simulation, the scheduler's own included, is touched by one
// thread at a time without a lock. The thread that made the scheduler is one of its threads. A
// thread of a process that crashed ends by Crashed at its next point.
#include <sched.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "host/world/time.hpp"

namespace simulation {

using connector_host::world::Duration;
using connector_host::world::Time;

struct Crashed {};  // unwinds a thread of a dead process

// A group of threads that dies together, or is frozen together (SIGSTOP, a paused machine): then
// none of them runs, and time goes on for everybody else.
struct Process {
  bool dead = false;
  Time frozen_until{};
};

class Scheduler {
 public:
  explicit Scheduler(std::uint64_t seed);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  std::uint64_t random() { return engine_(); }
  bool chance(double probability) { return double(engine_() >> 11) * 0x1.0p-53 < probability; }
  Time now() const { return now_; }

  // A scheduling point: maybe another thread runs first.
  void point();
  // Waits until `ready` (looked at whenever this thread could run) or the deadline; true when
  // ready.
  bool wait_until(Time deadline, const std::function<bool()>& ready);
  void sleep(Duration time) {
    wait_until(now_ + time, [] { return false; });
  }

  std::size_t start(Process* process, std::function<void()> body);
  void join(std::size_t thread);
  std::uint64_t steps() const { return steps_; }
  // Ends the program with this message: a violated invariant. Never returns, because no thread can
  // be unwound safely.
  [[noreturn]] void violated(const std::string& what) const;
  void describe(std::string scenario) { scenario_ = std::move(scenario); }

 private:
  struct Managed {
    std::binary_semaphore turn{0};
    Process* process = nullptr;
    bool done = false;
    bool waiting = false;
    Time deadline{};
    const std::function<bool()>* ready = nullptr;
    std::thread thread;
  };

  bool is_frozen(const Managed& thread) const {
    return thread.process && !thread.process->dead && thread.process->frozen_until > now_;
  }
  bool runnable(const Managed& thread) const;
  std::size_t choose();
  void advance_clock();
  void switch_to(std::size_t next);
  void die_with_process();
  void stay_on_one_processor();

  const std::uint64_t seed_;
  std::string scenario_;
  std::mt19937_64 engine_;
  Time now_{std::chrono::hours(1)};
  std::uint64_t steps_ = 0;
  std::size_t current_ = 0;
  cpu_set_t processors_{};  // where the thread that made it may run otherwise
  std::vector<std::unique_ptr<Managed>> threads_;
};

}  // namespace simulation
