#pragma once
// JumpingWorld: a World in which every wait is over at once, because the clock jumps to its end.
#include <algorithm>
#include <memory>
#include <stdexcept>

#include "host/world/world.hpp"

namespace connector_host::cli {

class JumpingWorld final : public world::World {
 public:
  world::Time now() override { return now_; }
  world::Duration unix_time() override { return now_.time_since_epoch(); }
  std::uint64_t random() override { return 0; }
  std::unique_ptr<world::Gate> make_gate() override { return std::make_unique<JumpingGate>(now_); }
  std::unique_ptr<world::Thread> start(std::string, std::function<void()>) override {
    throw std::logic_error("no threads in a JumpingWorld");
  }

 private:
  struct JumpingGate final : world::Gate {
    explicit JumpingGate(world::Time& now) : now(now) {}
    void open() override {}
    bool wait_until(world::Time deadline) override {
      now = std::max(now, deadline);
      return false;
    }
    world::Time& now;
  };
  world::Time now_{std::chrono::hours(1)};
};

}  // namespace connector_host::cli
