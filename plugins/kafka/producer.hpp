#pragma once
// Producer: one idempotent librdkafka producer, from rd_kafka_new to rd_kafka_destroy.
//
// Lanes share it. It does not judge: it takes messages, waits for their reports and gives up what has to be given up.
// There is no way to purge one lane's messages alone, so giving up ends the producer for all of them: what the others had
// queued comes back as not sent, and a new producer, with a sequence of its own, follows. Thread-safe but for the
// constructor and destructor; shared by KafkaSink and the writes that run on it.
#include <connector/abi.h>

#include <atomic>
#include <cstdint>
#include <span>
#include <string>

#include "plugins/kafka/delivery_reports.hpp"
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
  Producer(Conf, const std::string& topic, Cancellation&);
  ~Producer();
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  // Connects and learns the topic's partitions, so that the first write is not the one that waits for it.
  void connect(const Deadline&);

  void enter(PendingWrite& write) { reports_.add(write); }
  void leave(PendingWrite& write) { reports_.remove(write); }
  // Takes the message without copying its value. Waits for room up to the deadline; then _QUEUE_FULL.
  rd_kafka_resp_err_t produce(const Message&, PendingWrite&, Slot&, const Deadline&);
  // Returns when every accepted message has been reported; what the brokers have not decided by the deadline, or by a
  // cancel, is given up.
  void settle(PendingWrite&, std::size_t accepted, const Deadline&);

  // message.max.bytes, in digits.
  std::string limit() const;
  // It gave messages up, and takes no more.
  bool gave_up() const { return gave_up_; }
  // Why librdkafka has stopped it for good; NO_ERROR while it works.
  Fault fatal() const;
  Fault last_fault() const { return reports_.last_fault(); }

 private:
  rd_kafka_resp_err_t offer(const Message&, Slot&);
  void purge(bool in_flight_too);

  Cancellation& cancellation_;
  rd_kafka_t* client_;
  TopicHandle topic_;
  std::atomic<bool> gave_up_ = false;
  DeliveryReports reports_;
};

}  // namespace connector_host_plugins::kafka
