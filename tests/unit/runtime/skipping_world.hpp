#pragma once
// SkippingWorld: the real one, but that the test may skip time: then everybody finds that so much
// has gone by. Thread-safe.
#include <atomic>
#include <memory>
#include <utility>

#include "host/world/real_world.hpp"

namespace connector_host {

class SkippingWorld final : public world::World {
 public:
  world::Time now() override { return real_.now() + world::Duration(skipped_.load()); }
  world::Duration unix_time() override {
    return real_.unix_time() + world::Duration(skipped_.load());
  }
  std::uint64_t random() override { return real_.random(); }
  std::unique_ptr<world::Gate> make_gate() override {
    return std::make_unique<SkippingGate>(real_.make_gate(), skipped_);
  }
  std::unique_ptr<world::Thread> start(std::string name, std::function<void()> body) override {
    return real_.start(std::move(name), std::move(body));
  }
  // Who waits at a gate finds out when his wait is over, or something opens it.
  void skip(world::Duration time) { skipped_ += time.count(); }

 private:
  using Skipped = std::atomic<world::Duration::rep>;

  struct SkippingGate final : world::Gate {
    SkippingGate(std::unique_ptr<world::Gate> real, const Skipped& skipped)
        : real(std::move(real)), skipped(skipped) {}
    void open() override { real->open(); }
    bool wait_until(world::Time deadline) override {
      const world::Duration gone(skipped.load());
      return real->wait_until(deadline < world::Time{} + gone ? world::Time{} : deadline - gone);
    }
    const std::unique_ptr<world::Gate> real;
    const Skipped& skipped;
  };

  world::RealWorld real_;
  Skipped skipped_ = 0;
};

}  // namespace connector_host
