#pragma once
// Report: the fate of one message; the message's opaque in librdkafka.
//
// Written by librdkafka's callbacks, read when `reported`, except for the partition, which is known
// as soon as it is chosen. Owned by Delivery; stays where it is until the message is reported.
#include <librdkafka/rdkafka.h>

#include <atomic>
#include <cstdint>
#include <set>
#include <utility>

namespace connector_host_plugins::kafka {

// Partitions that a write has sent nothing to because they have no leader, so that no later record
// of it is sent there.
using RefusedPartitions = std::set<std::pair<const rd_kafka_topic_t*, std::int32_t>>;

struct Report {
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  rd_kafka_msg_status_t status = RD_KAFKA_MSG_STATUS_NOT_PERSISTED;
  std::atomic<std::int32_t> partition = RD_KAFKA_PARTITION_UA;
  bool reported = false;
  bool leaderless = false;  // not sent, or abandoned, because the partition has no leader
  RefusedPartitions* refused = nullptr;  // of its write
};

}  // namespace connector_host_plugins::kafka
