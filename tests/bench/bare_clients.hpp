// The three clients of the shipped line, each alone, used as the plugins use them, with nothing
// around them: the limits that no host can pass; and one program made of them for this one line,
// with no host, no plugin, no lanes and no retry: what the host costs is the difference. Each
// throws std::runtime_error when its server does not play along; none reconnects.
#pragma once

#include <cstdint>
#include <string>

#include "tests/bench/measured.hpp"

namespace bench {

struct ConsumerSettings {
  std::string url;
  std::string queue;
  std::uint64_t count = 100000;
  std::uint16_t prefetch = 2000;
  std::uint64_t ack_every = 500;  // one multiple acknowledgement for so many
};

struct ProducerSettings {
  std::string brokers;
  std::string topic;
  std::uint64_t count = 100000;
  std::size_t size = 256;
  std::string linger_ms = "1";
};

struct ClaimSettings {
  std::string host = "127.0.0.1";
  int port = 6379;
  std::uint64_t count = 100000;
  std::uint64_t depth = 64;  // commands sent before the first reply is read
  std::string prefix = "bench:";
};

struct LineSettings {
  std::string url;
  std::string queue;
  std::string brokers;
  std::string topic;
  int redis_port = 6379;  // of 127.0.0.1
  std::uint64_t count = 100000;
  std::uint16_t prefetch = 2000;
};

// The clock starts with the first message.
Measured consume(const ConsumerSettings& settings);
// Idempotent, acks=all; ends when the last record is confirmed.
Measured produce(const ProducerSettings& settings);
// SET key owner NX GET PX, then SET key done PX: what one event costs in Redis.
Measured claim_and_commit(const ClaimSettings& settings);
// From the queue to the topic, claimed, written, committed, acknowledged. The clock starts with the
// first message.
Measured carry(const LineSettings& settings);

}  // namespace bench
