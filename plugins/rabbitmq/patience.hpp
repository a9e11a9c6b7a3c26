#pragma once
// Patience: how long to wait for an answer that may come behind much else, such as a window of
// large messages on a slow link. It ends at the deadline, or when nothing has arrived for a while.
//
// One thread; made for one answer.
#include "plugins/net/deadline.hpp"

namespace connector_host_plugins::rabbitmq {

class Patience {
 public:
  Patience(const net::Deadline& deadline, std::chrono::milliseconds longest_silence)
      : deadline_(deadline),
        longest_silence_(longest_silence),
        silent_until_(deadline.at_most(longest_silence)) {}

  // Something has arrived.
  void heard() { silent_until_ = deadline_.at_most(longest_silence_); }
  // Of the next wait.
  const net::Deadline& limit() const { return silent_until_; }
  bool over() const { return deadline_.over(); }
  const net::Deadline& deadline() const { return deadline_; }

 private:
  const net::Deadline deadline_;
  const std::chrono::milliseconds longest_silence_;
  net::Deadline silent_until_;
};

}  // namespace connector_host_plugins::rabbitmq
