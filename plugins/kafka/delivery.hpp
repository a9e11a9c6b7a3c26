#pragma once
// Delivery: the writing of a run of records through one producer, from the first to the outcome of
// each.
//
// Records go out in portions. A portion is what makes one request for each partition, and the next
// is not sent before each record of this one is delivered: so whatever is refused, nothing of its
// partition is behind it already, and all that a portion has for one partition is refused together.
// Lives for one write on that call's thread and is never shared. When run() has returned, or
// thrown, and the delivery is destroyed, librdkafka holds no view of any record.
#include <connector/call.hpp>
#include <connector/record.hpp>
#include <string>
#include <vector>

#include "plugins/kafka/kafka_settings.hpp"
#include "plugins/kafka/producer.hpp"

namespace connector_host_plugins::kafka {

struct DeliveryCounts {
  std::size_t delivered = 0;
  std::size_t undecided = 0;  // maybe delivered
  std::size_t waiting = 0;    // certainly not delivered, may be sent again

  std::size_t open() const { return undecided + waiting; }
};

class Delivery {
 public:
  // Of the records first .. first + count.
  Delivery(Producer&, const KafkaSettings&, LeaderlessPartitions&, connector::Records,
           std::size_t first, std::size_t count, connector::Outcomes&);
  ~Delivery();
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;

  void run(const Deadline&);

  const DeliveryCounts& counts() const { return counts_; }
  // Records (by index) that were refused with their batch, for a fault that is one record's. They
  // are retriable so far.
  const std::vector<std::size_t>& suspects() const { return suspects_; }
  // Why the broker refuses the one suspect that was sent.
  std::string refusal();
  // Messages were abandoned because their partitions have no leader, and none for another reason.
  bool abandoned_leaderless() const { return abandoned_leaderless_; }
  // What only the user can mend, and the topic it is about.
  const Fault& misconfigured() const { return misconfigured_; }
  const std::string& misconfigured_topic() const { return misconfigured_topic_; }

 private:
  struct Sent {
    Report report;
    Topic* topic = nullptr;  // not null: librdkafka took it and will report
  };

  // Starts to look for the topics that the records name, all at once, and learns the limits of
  // those that are new.
  void prepare_topics(const Deadline&);
  // Sends what makes one request for each partition, and waits for it; returns the record after it.
  std::size_t write_portion(std::size_t from, const Deadline&);
  // Sends the record or rejects it. False: it is not for this portion, or nothing more can be sent
  // at all.
  bool take(std::size_t at, const Deadline&);
  // Why the topic does not take this message, by its current limits; empty: it does, or only the
  // broker knows.
  std::string rejection(Topic&, const Message&, const Deadline&);
  std::string rejection_by_limits(const Topic&, const Message&) const;
  // What librdkafka did not take: true where that is final.
  bool is_decided(std::size_t at, const Message&, rd_kafka_resp_err_t);
  bool names_no_topic(const connector::Record&) const;
  const std::string& topic_of(const connector::Record&);
  Message message_of(const connector::Record&) const;
  void settle(const Deadline&);
  // All that is not reported is for partitions without a leader. Then these are noted.
  bool only_leaderless_left(const Deadline&);
  // Not sent, or abandoned, because there is no leader.
  void defer(std::size_t at);
  void judge_reported(std::size_t at);
  Verdict verdict_on(const Report&) const;
  void notice(std::size_t index, rd_kafka_resp_err_t);

  Producer& producer_;
  const KafkaSettings& settings_;
  LeaderlessPartitions& leaderless_;
  connector::Records records_;
  std::size_t first_;
  connector::Outcomes& outcomes_;
  std::vector<Sent> sent_;     // never grows: librdkafka holds the addresses of the reports
  RefusedPartitions refused_;  // by this write
  std::string destination_;    // of the record that is looked at
  RequestRoom room_;           // what is left of the portion
  std::string stopped_;        // why no further portion is sent; empty: it may be
  const std::int64_t now_ms_;  // since the Unix epoch
  bool own_timestamps_ = false;
  bool abandoned_leaderless_ = false;
  DeliveryCounts counts_;
  std::vector<std::size_t> suspects_;
  Fault misconfigured_;
  std::string misconfigured_topic_;
};

}  // namespace connector_host_plugins::kafka
