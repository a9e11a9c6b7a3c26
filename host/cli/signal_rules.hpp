#pragma once
// SignalRules: what the next signal means for the host. A value with a pure step; SignalWatch receives the signals.
//
//   SIGTERM, SIGINT, SIGQUIT   stop; what is in flight is finished first
//   SIGINT during a stop       end at once: somebody sits at a terminal and presses Ctrl-C again
//   SIGTERM, SIGQUIT again     end at once, but only a second after the first: a wrapper (timeout(1)) and a preStop hook with the
//                              kubelet behind it send two that are meant as one
//   SIGHUP                     reload the topology; nothing once it stops
//   any other                  nothing; it is logged
#include <chrono>
#include <optional>

namespace connector_host::cli {

enum class SignalOrder { nothing, reload, stop, end_at_once };

class SignalRules {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds meant_as_one{1};
  struct Step;

  Step step(int signal, Time now) const;
  bool stopping() const { return stopping_since_.has_value(); }

 private:
  SignalOrder order(int signal, Time now) const;

  std::optional<Time> stopping_since_;
};

struct SignalRules::Step {
  SignalRules rules;
  SignalOrder order;
};

}  // namespace connector_host::cli
