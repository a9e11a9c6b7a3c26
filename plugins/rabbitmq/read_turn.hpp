#pragma once
// ReadTurn: how long one poll may go on reading frames. A broker may send frames that make no
// record (heartbeats, blocked, answers, the parts of a large body) faster than they are read, so
// reading does not end by itself.
//
// Over at the deadline, or once the source was woken; looks every 64 frames. The intake thread's,
// for one poll.
#include <cstdint>

#include "plugins/net/deadline.hpp"
#include "plugins/rabbitmq/wake_signal.hpp"

namespace connector_host_plugins::rabbitmq {

class ReadTurn {
 public:
  ReadTurn(const net::Deadline& deadline, const WakeSignal& wake)
      : deadline_(deadline), wake_(wake) {}

  // Called before each frame.
  bool over() { return ++frames_ % looks_every == 0 && (wake_.raised() || deadline_.over()); }

 private:
  static constexpr std::uint64_t looks_every = 64;

  const net::Deadline deadline_;
  const WakeSignal& wake_;
  std::uint64_t frames_ = 0;
};

}  // namespace connector_host_plugins::rabbitmq
