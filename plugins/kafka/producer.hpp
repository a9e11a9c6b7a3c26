#pragma once
// Producer: one idempotent librdkafka producer, from rd_kafka_new to rd_kafka_destroy.
//
// One write at a time uses it, on one thread, so that a flush waits for that write's messages and a
// purge takes back no others. It does not judge: it takes messages, sends them, and abandons what
// has to be abandoned. What keeps within limits() leaves with settle() and not before, as one
// request for each partition. Owned by ProducerPool or by the write.
//
// Why not one for all lanes: librdkafka keeps one request of several messages in flight for a
// partition, and its thread polls without waiting while messages behind it are due (seen
// with 2.0.2: 13 of 23 us of CPU for each message).
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "plugins/kafka/cancellation.hpp"
#include "plugins/kafka/client_events.hpp"
#include "plugins/kafka/cluster_id.hpp"
#include "plugins/kafka/deadline.hpp"
#include "plugins/kafka/handles.hpp"
#include "plugins/kafka/kafka_settings.hpp"
#include "plugins/kafka/message.hpp"
#include "plugins/kafka/partitioner.hpp"
#include "plugins/kafka/request_room.hpp"
#include "plugins/kafka/topic_limits.hpp"

namespace connector_host_plugins::kafka {

// A topic as one producer knows it; the producer's.
struct Topic {
  std::unique_ptr<Partitioner> partitioner;
  TopicHandle handle;
  // Its partitions are known. Until then librdkafka keeps messages aside, and hands them out one by
  // one when it learns of them, while a flush sends what it finds: several may make several
  // requests for one partition.
  bool known = false;
  TopicLimits limits;
  Deadline::Clock::time_point limits_read{};  // when; never: 0
  bool limits_known = false;

  const char* name() const { return rd_kafka_topic_name(handle.get()); }
};

class Producer {
 public:
  // All but the settings outlive it. board: for its statistics; null: none are wanted.
  Producer(Conf, const KafkaSettings&, LeaderlessPartitions&, ClientLog&, const Cancellation&,
           StatisticsBoard* board = nullptr);
  ~Producer();
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  // Connects and learns the topic's partitions, so that the first write is not the one that waits
  // for it. Returns without at the deadline, and up to 1 s after a cancel.
  void connect(const std::string& topic, const Deadline&);

  // Before a write: what librdkafka said since the last one is read and forgotten.
  void begin();
  // While no write uses it: what librdkafka has said by itself is taken from its queue. Waits for
  // nothing.
  void serve() { rd_kafka_poll(client_, 0); }
  // Where records for this name go. The first time librdkafka starts to ask for its partitions.
  // Throws BAD_CONFIG for a name that librdkafka does not take.
  Topic& topic(const std::string& name);
  // Reads the limits of those that want it, in one request. Waits 2 s at most, so that a broker
  // that does not answer costs a write no more; what was not learned then limits nothing.
  void learn_limits(const std::vector<Topic*>&, const Deadline&);
  // Takes the message without copying its value. _QUEUE_FULL: not before settle().
  rd_kafka_resp_err_t produce(const Message&, Report&);
  // Sends all, and returns when each accepted message has its report. What the brokers have not
  // decided by the deadline or by a cancel is abandoned, and so is what is queued when the producer
  // fails for good, and what is left when `abandons`, which is called every 2 s with the time that
  // it may take, returns true.
  void settle(const Deadline&, const std::function<bool(const Deadline&)>& abandons);
  // The partitions of the topic without a leader, by the brokers' word. None where no broker
  // answers in time, or no partition has a leader: that is an outage.
  std::set<std::int32_t> leaderless(const Topic&, const Deadline&);

  // What makes one request for each partition.
  const RequestLimits& limits() const { return limits_; }
  std::string property(const char* name) const;
  bool compresses() const { return compresses_; }
  // Once connected; empty: brokers before 0.10 have none.
  std::string cluster_id() const { return ClusterId::of(client_); }
  // Cancelled, or stopped for good: nothing more is to be sent.
  bool ended() const { return cancellation_.cancelled() || failed(); }
  // It gave messages up, and takes no more.
  bool gave_up() const { return gave_up_; }
  // Why librdkafka has stopped it for good; NO_ERROR while it works.
  Fault fatal() const;
  // Its latest word about its brokers in this write.
  const Fault& last_fault() const { return events_.last_fault(); }

 private:
  RequestLimits read_limits() const;
  // Null at the deadline, and up to 1 s after a cancel.
  Metadata metadata_of(const Topic&, const Deadline&);
  // True: no message is left.
  bool flush(int milliseconds);
  bool failed() const {
    return rd_kafka_fatal_error(client_, nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR;
  }
  void give_up(const Deadline&);

  ClientLog& log_;
  const Cancellation& cancellation_;
  ClientEvents events_;
  rd_kafka_t* client_;
  const RequestLimits limits_;
  const bool compresses_;
  PartitionerRules partitioning_;
  std::map<std::string, Topic, std::less<>>
      topics_;  // as many as destinations were written to; librdkafka keeps them too
  std::int32_t broker_ =
      -1;  // the one that gave the latest metadata; -1: none is known, or it gave no limits
  bool gave_up_ = false;
};

}  // namespace connector_host_plugins::kafka
