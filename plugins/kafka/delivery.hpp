#pragma once
// Delivery: the writing of a run of records through one producer, from the first to the outcome of each.
//
// Lives for one write on that call's thread and is never shared. When run() has returned, or thrown, and the delivery is
// destroyed, librdkafka holds no view of any record.
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
};

std::string topic_of(const connector::Record&, const KafkaSettings&);
// The reason of a rejected record: its sizes, and the limit in words.
std::string too_large(const connector::Record&, const std::string& limit);

class Delivery {
 public:
  // Of the records first .. first + count.
  Delivery(Producer&, const KafkaSettings&, connector::Records, std::size_t first, std::size_t count, connector::Outcomes&);
  ~Delivery();
  Delivery(const Delivery&) = delete;
  Delivery& operator=(const Delivery&) = delete;

  void run(const Deadline&);

  const DeliveryCounts& counts() const { return counts_; }
  // Records (by index) that were refused with their batch, for a fault that is one record's, and that nothing of their
  // partition has to precede. They are retriable so far.
  const std::vector<std::size_t>& suspects() const { return suspects_; }
  // Why the broker refuses the one suspect that was sent.
  std::string refusal() const;
  // What only the user can mend, and the topic it is about.
  const Fault& misconfigured() const { return misconfigured_; }
  const std::string& misconfigured_topic() const { return misconfigured_topic_; }

 private:
  struct Sent {
    Report report;
    bool accepted = false;  // librdkafka took it and will report
  };

  // False: nothing more can be sent now.
  bool send(std::size_t index, const Deadline&);
  Message message_of(const connector::Record&);
  void settle(const Deadline&);
  void judge_reported(std::size_t index, const Report&);
  void suspect(std::size_t index, const Report&);
  void notice(std::size_t index, rd_kafka_resp_err_t);

  Producer& producer_;
  const KafkaSettings& settings_;
  connector::Records records_;
  std::size_t first_;
  connector::Outcomes& outcomes_;
  std::vector<Sent> sent_;   // never grows: librdkafka holds the addresses of the reports
  std::string destination_;  // NUL terminated for librdkafka, which copies it
  bool settled_ = false;
  DeliveryCounts counts_;
  std::vector<std::size_t> suspects_;
  std::vector<std::int32_t> held_partitions_;  // with a record that is open and no suspect
  Fault misconfigured_;
  std::string misconfigured_topic_;
};

}  // namespace connector_host_plugins::kafka
