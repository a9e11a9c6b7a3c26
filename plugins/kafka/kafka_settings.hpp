#pragma once
// KafkaSettings: the sink's options, checked and translated to librdkafka's words.
//
// Plain data, immutable once read, so any thread may look at it. Reaches no network. Owned by
// KafkaSink.
#include <chrono>
#include <connector/config.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "plugins/kafka/confined_files.hpp"

namespace connector_host_plugins::kafka {

enum class KeyFrom { automatic, id, record, none };
enum class TimestampFrom { now, record };

struct KafkaSettings {
  std::string brokers;
  std::string topic;
  KeyFrom key = KeyFrom::automatic;
  TimestampFrom timestamp = TimestampFrom::now;
  bool create_topic = true;
  int create_partitions = -1;
  int create_replication_factor = -1;
  bool spreads_keyless =
      true;  // the sink chooses partitions for records without a key; false: librdkafka does
  std::chrono::milliseconds statistics_interval{10000};  // 0: none
  Properties connection;                                 // of every client
  Properties producer;                                   // of producers only; set after connection
  ConfinedFiles files;                                   // what they hold is of every client
};

// Throws BAD_CONFIG naming the option or property.
KafkaSettings read_settings(connector::Host, const connector::Config&);

// Kafka's own rule for topic names (org.apache.kafka.common.internals.Topic).
bool is_topic_name(std::string_view);

}  // namespace connector_host_plugins::kafka
