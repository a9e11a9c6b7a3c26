#pragma once
// SimWorld: the World that the shipped pipeline runs in here: the scheduler's clock, chance, gates
// and threads, for one process that may crash.
#include "host/world/world.hpp"
#include "tests/simulation/scheduler.hpp"

namespace simulation {

class SimWorld final : public connector_host::world::World {
 public:
  SimWorld(Scheduler& scheduler, Process& process) : scheduler_(scheduler), process_(process) {}

  Time now() override { return scheduler_.now(); }
  connector_host::world::Duration unix_time() override {
    return scheduler_.now().time_since_epoch();
  }
  std::uint64_t random() override { return scheduler_.random(); }
  std::unique_ptr<connector_host::world::Gate> make_gate() override {
    return std::make_unique<SimGate>(scheduler_);
  }
  std::unique_ptr<connector_host::world::Thread> start(std::string,
                                                       std::function<void()> body) override {
    return std::make_unique<SimThread>(scheduler_, scheduler_.start(&process_, std::move(body)));
  }

 private:
  class SimGate final : public connector_host::world::Gate {
   public:
    explicit SimGate(Scheduler& scheduler) : scheduler_(scheduler) {}
    void open() override { open_ = true; }
    bool wait_until(Time deadline) override {
      const bool opened = scheduler_.wait_until(deadline, [this] { return open_; });
      open_ = false;
      return opened;
    }

   private:
    Scheduler& scheduler_;
    bool open_ = false;
  };
  class SimThread final : public connector_host::world::Thread {
   public:
    SimThread(Scheduler& scheduler, std::size_t index) : scheduler_(scheduler), index_(index) {}
    ~SimThread() override { scheduler_.join(index_); }
    void join() override { scheduler_.join(index_); }

   private:
    Scheduler& scheduler_;
    std::size_t index_;
  };

  Scheduler& scheduler_;
  Process& process_;
};

}  // namespace simulation
