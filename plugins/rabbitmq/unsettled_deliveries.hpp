#pragma once
// UnsettledDeliveries: counts the deliveries of one channel that no basic.ack or basic.nack has
// answered yet.
//
// It separates those of the present consumer from those of earlier consumers of the channel,
// because a prefetch limits its own consumer only. It counts what the broker counts: a delivery
// that the host has settled stays until its frame is sent. A plain value; it sends nothing and
// checks no tag. One thread; owned by the acknowledger.
#include <cstdint>

namespace connector_host_plugins::rabbitmq {

class UnsettledDeliveries {
 public:
  // The broker has delivered the next tag.
  void deliver() { ++newest_, ++total_; }
  // A frame answers this tag.
  void answer(std::uint64_t tag) {
    --total_;
    if (tag <= boundary_) --earlier_;
  }
  // A frame with `multiple` answers this many deliveries; none up to this tag is unsettled any
  // more.
  void answer_up_to(std::uint64_t tag, std::uint64_t count) {
    total_ -= count;
    earlier_ = tag >= boundary_ ? 0 : earlier_ - count;
  }
  // What is unsettled now belongs to earlier consumers.
  void begin_consumer() { boundary_ = newest_, earlier_ = total_; }

  std::uint64_t newest() const { return newest_; }  // the latest tag; 0: none yet
  std::uint64_t total() const { return total_; }
  std::uint64_t earlier() const { return earlier_; }  // of earlier consumers
  std::uint64_t received() const {
    return newest_ - boundary_;
  }  // by the present consumer, settled ones included

 private:
  std::uint64_t newest_ = 0, total_ = 0;
  std::uint64_t boundary_ = 0, earlier_ = 0;  // tags up to the boundary are of earlier consumers
};

}  // namespace connector_host_plugins::rabbitmq
