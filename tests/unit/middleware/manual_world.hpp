#pragma once
// ManualWorld: a World whose clock stands until the test moves it, whose chance is what the test
// says, and whose gates let everybody through. For classes that do not wait.
#include <memory>
#include <stdexcept>

#include "host/world/world.hpp"

namespace connector_host {

class ManualWorld final : public world::World {
 public:
  world::Time now() override { return now_; }
  world::Duration unix_time() override { return now_.time_since_epoch(); }
  std::uint64_t random() override { return chance; }
  std::unique_ptr<world::Gate> make_gate() override { return std::make_unique<OpenGate>(); }
  std::unique_ptr<world::Thread> start(std::string, std::function<void()>) override {
    throw std::logic_error("no threads in a ManualWorld");
  }
  void pass(world::Duration time) { now_ += time; }

  std::uint64_t chance = 0;

 private:
  struct OpenGate final : world::Gate {
    void open() override {}
    bool wait_until(world::Time) override { return true; }
  };
  world::Time now_{std::chrono::hours(1)};
};

}  // namespace connector_host
