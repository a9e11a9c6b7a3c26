#pragma once
// Gate: the one thing the host waits at. open() ends the current wait, or else the next one, once.
//
// What it is not: a condition variable. Nothing is guarded by it and nobody holds a mutex while waiting; whoever comes
// through looks at the world again. One thread waits at a gate, any thread opens it. Because every wait of the host
// stands here (or inside a component's call), a simulation that replaces gates decides who runs.
#include "host/world/time.hpp"

namespace connector_host::world {

class Gate {
 public:
  virtual ~Gate() = default;
  virtual void open() = 0;
  // True when it was opened, false when the deadline came first.
  virtual bool wait_until(Time deadline) = 0;
};

}  // namespace connector_host::world
