#pragma once
// Message: a record as it goes to Kafka, and its size there.
//
// All borrowed: the value until the message's report, the rest until it is produced. A value; no
// I/O.
#include <connector/abi.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace connector_host_plugins::kafka {

struct Topic;

struct Message {
  const Topic* topic = nullptr;
  connector_view key, value;
  std::span<const connector_header> headers;
  std::int64_t timestamp_ms = 0;  // 0: now

  // What librdkafka counts it as, or more.
  std::size_t size() const;
  // Bytes of a record batch (version 2) that holds this message alone and uncompressed, which a
  // topic's max.message.bytes limits.
  std::size_t batch_size() const;
};

}  // namespace connector_host_plugins::kafka
