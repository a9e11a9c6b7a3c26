#pragma once
// DeadLetterRecord: a rejected record as it is written to the dead letter: its own bytes and headers, and the
// __connect.errors.* headers that Kafka Connect's tools read (names of Kafka Connect's DeadLetterQueueReporter).
//
// The whole form borrows the record's bytes; the truncated one, for a dead letter that refused it as too large, carries
// the first bytes, the size and the SHA-256 of the whole. Owns what it adds; moving it keeps the views valid.
#include <deque>
#include <string>
#include <vector>

#include "connector/abi.h"
#include "host/pipeline/entry.hpp"
#include "host/pipeline/task_settings.hpp"

namespace connector_host::pipeline {

class DeadLetterRecord {
 public:
  static constexpr std::size_t truncated_bytes = 4096;

  DeadLetterRecord(const Entry& entry, const TaskSettings& settings);
  DeadLetterRecord(DeadLetterRecord&&) = default;
  DeadLetterRecord(const DeadLetterRecord&) = delete;

  const connector_record& record() const { return record_; }

 private:
  void add(const char* name, std::string value);
  void truncate();

  connector_record record_;
  std::deque<std::string> texts_;  // stay put
  std::vector<connector_header> headers_;
};

}  // namespace connector_host::pipeline
