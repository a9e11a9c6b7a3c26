#pragma once
// World: the clock, the random source, the gates and the threads that the data plane reaches the outside through.
//
// RealWorld is the one that ships; a simulation brings its own and so decides time, chance and who runs. Thread-safe. It
// outlives everything that was made with it.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "host/world/gate.hpp"
#include "host/world/time.hpp"

namespace connector_host::world {

// A running thread; join() waits for its end, and so does the destructor.
class Thread {
 public:
  virtual ~Thread() = default;
  virtual void join() = 0;
};

class World {
 public:
  virtual ~World() = default;
  virtual Time now() = 0;
  // Since the Unix epoch, as the machine's clock has it: to show, and to compare with what others say; nothing waits by it.
  virtual Duration unix_time() = 0;
  virtual std::uint64_t random() = 0;
  virtual std::unique_ptr<Gate> make_gate() = 0;
  virtual std::unique_ptr<Thread> start(std::string name, std::function<void()> body) = 0;
};

}  // namespace connector_host::world
