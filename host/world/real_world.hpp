#pragma once
// RealWorld: CLOCK_BOOTTIME, a seeded generator per thread, gates on condition variables, std::jthread.
#include "host/world/world.hpp"

namespace connector_host::world {

class RealWorld final : public World {
 public:
  Time now() override;
  Duration unix_time() override;
  std::uint64_t random() override;
  std::unique_ptr<Gate> make_gate() override;
  std::unique_ptr<Thread> start(std::string name, std::function<void()> body) override;
};

}  // namespace connector_host::world
