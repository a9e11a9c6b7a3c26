#pragma once
// Producer: one idempotent librdkafka producer, from rd_kafka_new to rd_kafka_destroy.
//
// One write at a time uses it, on one thread, so that a flush waits for that write's messages and a purge takes back no
// others. It does not judge: it takes messages, sends them, and gives up what has to be given up. Nothing leaves before
// settle(), so a batch is one request for each of its partitions. Owned by ProducerPool or by the write.
//
// Why not one for all lanes: librdkafka keeps one request of several messages in flight for a partition, and its thread
// polls without waiting while messages behind it are due (seen with 2.0.2: 13 of 23 us of CPU for each message).
#include <connector/abi.h>

#include <cstdint>
#include <span>
#include <string>

#include "plugins/kafka/cancellation.hpp"
#include "plugins/kafka/client_events.hpp"
#include "plugins/kafka/deadline.hpp"
#include "plugins/kafka/handles.hpp"

namespace connector_host_plugins::kafka {

// All borrowed; the value until its report, the rest until produce returns.
struct Message {
  const char* topic = nullptr;  // null: the producer's own
  connector_view key, value;
  std::span<const connector_header> headers;
  std::int64_t timestamp_ms = 0;  // 0: now
};

class Producer {
 public:
  Producer(Conf, const std::string& topic, ClientLog&, const Cancellation&);
  ~Producer();
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  // Connects and learns the topic's partitions, so that the first write is not the one that waits for it.
  void connect(const Deadline&);

  // Takes the message without copying its value. Waits for room up to the deadline; then _QUEUE_FULL.
  rd_kafka_resp_err_t produce(const Message&, Report&, const Deadline&);
  // Sends all, and returns when each accepted message has its report; what the brokers have not decided by the deadline,
  // by a cancel or when the producer fails for good is given up.
  void settle(const Deadline&);

  // message.max.bytes, in digits.
  std::string limit() const;
  // It gave messages up, and takes no more.
  bool gave_up() const { return gave_up_; }
  // Why librdkafka has stopped it for good; NO_ERROR while it works.
  Fault fatal() const;
  const Fault& last_fault() const { return events_.last_fault(); }

 private:
  rd_kafka_resp_err_t offer(const Message&, Report&);
  // True: no message is left.
  bool flush(int milliseconds);
  bool failed() const { return rd_kafka_fatal_error(client_, nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR; }
  bool ended() const { return cancellation_.cancelled() || failed(); }
  void give_up(const Deadline&);

  const Cancellation& cancellation_;
  ClientEvents events_;
  rd_kafka_t* client_;
  TopicHandle topic_;
  bool gave_up_ = false;
};

}  // namespace connector_host_plugins::kafka
