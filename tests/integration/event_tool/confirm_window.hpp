// ConfirmWindow: the publisher confirms that are outstanding on one channel. What it lets through
// is confirmed by the server or the program ends with an error; a returned (unroutable) or refused
// message is such an error. Threads: one, that of the channel. Owner: the publisher.
#pragma once

#include <cstdint>
#include <set>

#include "tests/integration/event_tool/amqp_channel.hpp"

namespace event_tool {

class ConfirmWindow {
 public:
  ConfirmWindow(AmqpChannel& channel, std::size_t size) : channel_(channel), size_(size) {}

  void sent();                           // one more was published; waits while the window is full
  void drain();                          // waits until everything is confirmed
  void take(std::chrono::milliseconds);  // what has arrived, without waiting longer than that for
                                         // the first

 private:
  void wait_below(std::size_t limit);
  void handle(const amqp_frame_t& frame);
  void confirm(std::uint64_t tag, bool and_before);

  AmqpChannel& channel_;
  std::size_t size_;
  std::uint64_t next_tag_ = 1;
  std::set<std::uint64_t> open_;
};

}  // namespace event_tool
