#pragma once
// FrameStream: the frames of deliveries, in their order, with a bounded place to put some aside.
//
// Frames are set aside while the host takes no records (max_records 0: the connection is serviced all the same) and while
// an answer of the broker is awaited that comes behind deliveries. Their bytes stay in librabbitmq's buffers, which are
// given back only when nothing refers to them. Not a queue for decoupling: same thread on both ends, the intake thread.
#include <cstddef>
#include <deque>

#include "plugins/rabbitmq/connection.hpp"

namespace connector_host_plugins::rabbitmq {

class FrameStream {
 public:
  explicit FrameStream(Connection& connection) : connection_(&connection) {}

  // The next one put aside, or else the next one of the connection.
  bool next(amqp_frame_t& frame) {
    if (aside_.empty()) return connection_->read(frame);
    frame = aside_.front();
    aside_.pop_front();
    bytes_ -= size_of(frame);
    return true;
  }
  void put_aside(const amqp_frame_t& frame) {
    aside_.push_back(frame);
    bytes_ += size_of(frame);
  }
  void put_back(const amqp_frame_t& frame) {
    aside_.push_front(frame);
    bytes_ += size_of(frame);
  }
  // Enough is set aside; what follows waits in the socket, and so in the broker.
  bool full() const { return bytes_ >= limit; }
  bool empty() const { return aside_.empty(); }
  void clear() {
    aside_.clear();
    bytes_ = 0;
  }
  // The caller holds no view of a frame any more.
  void release_memory() {
    if (aside_.empty()) connection_->release_memory();
  }
  const std::deque<amqp_frame_t>& aside() const { return aside_; }

 private:
  static constexpr std::size_t limit = 4 * 1024 * 1024;
  // Of method and header frames the decoded size is not known; an upper estimate of the usual.
  static std::size_t size_of(const amqp_frame_t& frame) { return 512 + (frame.frame_type == AMQP_FRAME_BODY ? frame.payload.body_fragment.len : 0); }

  Connection* connection_;
  std::deque<amqp_frame_t> aside_;
  std::size_t bytes_ = 0;
};

}  // namespace connector_host_plugins::rabbitmq
