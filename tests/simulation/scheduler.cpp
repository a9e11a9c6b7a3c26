#include "tests/simulation/scheduler.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace simulation {
namespace {

constexpr std::uint64_t most_steps =
    3'000'000;  // far beyond any healthy run: a loop that never waits

}  // namespace

Scheduler::Scheduler(std::uint64_t seed) : seed_(seed), engine_(seed) {
  stay_on_one_processor();
  threads_.push_back(std::make_unique<Managed>());
}

// One thread runs at a time, and handing over to one on another processor takes six times as long.
void Scheduler::stay_on_one_processor() {
  cpu_set_t here;
  CPU_ZERO(&here);
  CPU_SET(::sched_getcpu(), &here);
  ::sched_getaffinity(0, sizeof processors_, &processors_);
  ::sched_setaffinity(0, sizeof here, &here);
}

Scheduler::~Scheduler() {
  for (const auto& each : threads_) {
    if (each->thread.joinable()) each->thread.join();
  }
  ::sched_setaffinity(0, sizeof processors_, &processors_);  // the next run may find a better one
}

void Scheduler::violated(const std::string& what) const {
  std::fprintf(
      stderr,
      "simulation: seed %llu: %s\n  scenario: %s\n  replay: CONNECTOR_SIMULATION_SEED=%llu\n",
      static_cast<unsigned long long>(seed_), what.c_str(), scenario_.c_str(),
      static_cast<unsigned long long>(seed_));
  std::fflush(nullptr);
  std::_Exit(1);
}

void Scheduler::point() {
  die_with_process();
  switch_to(choose());
  die_with_process();
}

bool Scheduler::wait_until(Time deadline, const std::function<bool()>& ready) {
  die_with_process();
  Managed& self = *threads_[current_];
  self.waiting = true;
  self.deadline = deadline;
  self.ready = &ready;
  switch_to(choose());
  self.waiting = false;
  die_with_process();
  return ready();
}

void Scheduler::die_with_process() {
  const Managed& self = *threads_[current_];
  if (self.process && self.process->dead && !std::uncaught_exceptions()) throw Crashed{};
}

bool Scheduler::runnable(const Managed& thread) const {
  if (thread.done) return false;
  if (thread.process && thread.process->dead) return true;
  if (is_frozen(thread)) return false;
  return !thread.waiting || thread.deadline <= now_ || (*thread.ready)();
}

std::size_t Scheduler::choose() {
  if (++steps_ > most_steps) violated("no end in sight: a thread runs without ever waiting");
  for (;;) {
    std::size_t count = 0, chosen = 0;
    for (std::size_t i = 0; i < threads_.size(); ++i) {
      if (runnable(*threads_[i]) && engine_() % ++count == 0) chosen = i;
    }
    if (count > 0) return chosen;
    advance_clock();
  }
}

void Scheduler::advance_clock() {
  Time next = Time::max();
  for (const auto& each : threads_) {
    if (each->done) continue;
    const Time due = each->waiting ? each->deadline : now_;
    next = std::min(next, is_frozen(*each) ? std::max(due, each->process->frozen_until) : due);
  }
  if (next == Time::max()) violated("everything waits for ever");
  now_ = std::max(now_, next);
}

void Scheduler::switch_to(std::size_t next) {
  if (next == current_) return;
  Managed& self = *threads_[current_];
  current_ = next;
  threads_[next]->turn.release();
  self.turn.acquire();
}

std::size_t Scheduler::start(Process* process, std::function<void()> body) {
  const std::size_t index = threads_.size();
  threads_.push_back(std::make_unique<Managed>());
  Managed& managed = *threads_.back();
  managed.process = process;
  managed.thread = std::thread([this, &managed, body = std::move(body)] {
    managed.turn.acquire();
    try {
      body();  // of a dead process too, to its first point: who waits for a thread waits for what
               // its body says at its end
    } catch (const Crashed&) {  // the process is dead, and so is this thread
    }
    managed.done = true;
    const std::size_t next = choose();
    current_ = next;
    threads_[next]->turn.release();
  });
  return index;
}

void Scheduler::join(std::size_t thread) {
  const Managed& managed = *threads_[thread];
  // Also while unwinding: a dead process's threads end by themselves.
  const std::function<bool()> ended = [&managed] { return managed.done; };
  Managed& self = *threads_[current_];
  while (!managed.done) {
    self.waiting = true;
    self.deadline = Time::max();
    self.ready = &ended;
    switch_to(choose());
    self.waiting = false;
  }
}

}  // namespace simulation
