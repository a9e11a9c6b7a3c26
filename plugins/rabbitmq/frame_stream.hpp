#pragma once
// FrameStream: the frames of a connection, in their order, with a bounded place to put some aside.
//
// Frames are buffered while the host takes no records (max_records 0: the connection is serviced
// all the same) and while an answer of the broker is awaited that comes behind deliveries. Their
// bytes stay in librabbitmq's buffers, which are given back only all at once, when nothing refers
// to them: a frame that was handed out costs its memory until the last one that is buffered has
// been handed out too. So what is bounded is what the buffers hold, not what is aside. Not a queue
// for decoupling: same thread on both ends, the intake thread.
#include <cstddef>
#include <deque>

#include "plugins/rabbitmq/connection.hpp"

namespace connector_host_plugins::rabbitmq {

class FrameStream {
 public:
  explicit FrameStream(Connection& connection) : connection_(&connection) {}

  // The oldest one put aside, if there is one: it comes before what read gives.
  bool take_aside(amqp_frame_t& frame) {
    if (aside_.empty()) return false;
    frame = aside_.front();
    aside_.pop_front();
    return true;
  }
  // The next one of the connection, to be acted on at once or to be put aside.
  bool read(amqp_frame_t& frame) {
    if (!connection_->read(frame)) return false;
    pinned_ += size_of(frame);
    return true;
  }
  void put_aside(const amqp_frame_t& frame) { aside_.push_back(frame); }
  void put_back(const amqp_frame_t& frame) { aside_.push_front(frame); }
  // The buffers hold enough: nothing more is to be put aside, and what follows waits in the socket,
  // and so in the broker. Taking records uses up what is aside, and so empties the buffers, before
  // more is read.
  bool full() const { return pinned_ >= limit; }
  void clear() { aside_.clear(); }
  // The caller holds no view of a frame any more.
  void release_memory() {
    if (aside_.empty() && connection_->release_memory()) pinned_ = 0;
  }

 private:
  static constexpr std::size_t limit = 4 * 1024 * 1024;
  // What a frame takes in the buffers, about: the library does not tell what it decodes into.
  static std::size_t size_of(const amqp_frame_t& frame) {
    constexpr std::size_t envelope = 16, decoded_method = 512, decoded_properties = 512;
    switch (frame.frame_type) {
      case AMQP_FRAME_BODY:
        return envelope + frame.payload.body_fragment.len;
      case AMQP_FRAME_HEADER:  // the entries of a table take twice as much again
        return envelope + decoded_properties + 3 * frame.payload.properties.raw.len;
      case AMQP_FRAME_METHOD:
        return envelope + decoded_method;
      default:
        return envelope;
    }
  }

  Connection* connection_;
  std::deque<amqp_frame_t> aside_;
  std::size_t pinned_ =
      0;  // bytes of the frames that were read since the buffers were last given back
};

}  // namespace connector_host_plugins::rabbitmq
