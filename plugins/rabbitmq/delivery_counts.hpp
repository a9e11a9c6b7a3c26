#pragma once
// DeliveryCounts: decides whether the header x-delivery-count is the queue's count or its
// publisher's.
//
// A quorum queue sets the header on what it redelivers; other queues pass on the publisher's. A
// header on a first delivery shows that publishers set it: from then on a count is used only on a
// queue with a delivery limit, or after it has risen for one message. Before that, the header of a
// redelivered message is used: a process that crashes at a record, or a task that is restarted,
// sees that record redelivered first, and needs its count to stop in time. It does not decide what
// the limit is: DeliveryLimit does. The intake thread's alone; owned by the source, and survives
// its connections.
#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "connector/abi.h"
#include "plugins/rabbitmq/queue_type.hpp"
#include "plugins/rabbitmq/source_settings.hpp"

namespace connector_host_plugins::rabbitmq {

class DeliveryCounts {
 public:
  // The limit of RabbitMQ 4 where nothing sets another.
  static constexpr std::uint32_t default_limit = 20;

  explicit DeliveryCounts(const SourceSettings& settings);

  // The type of the queue as the broker reports it: only a quorum queue counts. unknown changes
  // nothing.
  void queue_type(QueueType type);
  // The queue has a delivery limit, so it is a quorum queue; a declared type decides before that.
  void queue_counts() {
    if (origin_ != Origin::none) origin_ = Origin::queue;
  }
  // The record's delivery count. header: the value of x-delivery-count; 0: the message has none.
  std::uint32_t read(const connector_record& record, std::uint32_t header);
  // A count has been read, and none that the default limit would not have allowed.
  bool suggest_default_limit() const { return counted_ && !exceeded_; }

 private:
  enum class Origin { unknown, publisher, queue, none };

  bool has_risen(const connector_record& record, std::uint32_t header);

  static constexpr std::size_t most_remembered = 4096;

  Origin origin_ = Origin::unknown;
  bool counted_ = false, exceeded_ = false;
  std::unordered_map<std::uint64_t, std::uint32_t> highest_;  // by id and value of the message
};

}  // namespace connector_host_plugins::rabbitmq
