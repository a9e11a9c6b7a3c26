#include "host/cli/signal_rules.hpp"

#include <csignal>

namespace connector_host::cli {

SignalRules::Step SignalRules::step(int signal, Time now) const {
  Step out{*this, order(signal, now)};
  if (out.order == SignalOrder::stop) out.rules.stopping_since_ = now;
  return out;
}

SignalOrder SignalRules::order(int signal, Time now) const {
  switch (signal) {
    case SIGINT:
      return stopping() ? SignalOrder::end_at_once : SignalOrder::stop;
    case SIGTERM:
    case SIGQUIT:
      if (!stopping()) return SignalOrder::stop;
      return now - *stopping_since_ < meant_as_one ? SignalOrder::nothing : SignalOrder::end_at_once;
    case SIGHUP:
      return stopping() ? SignalOrder::nothing : SignalOrder::reload;
    default:
      return SignalOrder::nothing;
  }
}

}  // namespace connector_host::cli
