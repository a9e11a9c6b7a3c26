#pragma once
// ServiceManager: tells who started the process (systemd, with Type=notify) how it is doing: that it is ready, reads its
// topology again, stops, and lives. Without NOTIFY_SOCKET in the environment nobody is told anything.
//
// What it is not: a judge. Whoever calls look() says what is so. That it is called is the sign of life: the watchdog's message
// goes out there and nowhere else, and so a process whose main thread no longer turns is ended and started anew.
// look() is the main thread's; reloading() and reloaded() are another's.
#include <chrono>
#include <functional>
#include <mutex>
#include <string>

#include "host/cli/notify_socket.hpp"
#include "host/world/world.hpp"

namespace connector_host::cli {

class ServiceManager {
 public:
  // NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID (sd_watchdog_enabled(3)).
  struct Environment {
    std::string socket, watchdog_usec, watchdog_pid;
    static Environment of_process();
  };
  struct State {
    bool started = false, stopping = false;
    bool answers = true;                  // the rest of the process turns as well
    std::chrono::seconds longest_stop{};  // from its beginning to a forced end
    std::string text;                     // for whoever asks for the status, one line
  };

  // report hears, once, that nobody can be told. World outlives it.
  ServiceManager(const Environment& environment, world::World& world, std::function<void(const std::string&)> report);

  bool listens() const { return socket_.is_open(); }
  // Tells what is new and, when it is time, that the process lives. Returns by when it has to be called again.
  world::Time look(const State& state);

  // Between these two the topology is read again. Nothing before it was ready, and nothing once it stops.
  void reloading();
  void reloaded();

 private:
  bool tell(const std::string& message);
  void tell_state(const State& state);
  void tell_alive(const State& state);

  world::World& world_;
  const std::function<void(const std::string&)> report_;
  const NotifySocket socket_;
  const world::Duration alive_every_;  // half of what the watchdog allows; 0: there is none
  world::Time alive_next_;
  std::mutex mutex_;  // guards the rest
  bool ready_ = false, reloading_ = false, stopping_ = false, complained_ = false;
  std::string text_;
};

}  // namespace connector_host::cli
