#pragma once
// SinkBatch and SinkTrial: use a sink in a test as a host does, in few lines.
//
// For the conformance suite and for tests of plugins, ours and yours. Owned by the test.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "connector/testing/conformance.hpp"
#include "connector/testing/plugin_under_test.hpp"

namespace connector::testing {

// Records with one key, and outcomes as the host hands them over.
class SinkBatch {
 public:
  explicit SinkBatch(std::vector<std::string> values) : values_(std::move(values)) {
    for (const std::string& value : values_) {
      connector_record record{};
      record.key = view("key");
      record.value = view(value);
      records_.push_back(record);
      outcomes_.push_back({CONNECTOR_RETRIABLE, CONNECTOR_MAYBE_DELIVERED, 0, 0});
    }
  }
  SinkBatch(const SinkBatch&) = delete;  // records point into the values
  SinkBatch& operator=(const SinkBatch&) = delete;
  const connector_record* records() const { return records_.data(); }
  connector_record& record(std::size_t index) { return records_[index]; }
  connector_code code(std::size_t index) const { return outcomes_[index].code; }
  bool maybe_delivered(std::size_t index) const { return (outcomes_[index].flags & CONNECTOR_MAYBE_DELIVERED) != 0; }
  connector_outcome* outcomes() { return outcomes_.data(); }
  std::uint64_t size() const { return records_.size(); }
  bool all(connector_code code) const {
    for (const auto& outcome : outcomes_) {
      if (outcome.code != code) return false;
    }
    return true;
  }
  void require_valid() const {
    for (const auto& outcome : outcomes_) {
      const bool known = outcome.code == CONNECTOR_OK || outcome.code == CONNECTOR_RETRIABLE || outcome.code == CONNECTOR_REJECTED;
      require(known, "a record's outcome has to be OK, RETRIABLE or REJECTED, not " + std::to_string(outcome.code));
      require((outcome.flags & CONNECTOR_MAYBE_DELIVERED) == 0 || outcome.code == CONNECTOR_RETRIABLE, "MAYBE_DELIVERED goes with RETRIABLE only");
    }
  }

 private:
  std::vector<std::string> values_;
  std::vector<connector_record> records_;
  std::vector<connector_outcome> outcomes_;
};

// A sink in use. What goes wrong on the way is a Violation. write may be called on several threads.
class SinkTrial {
 public:
  SinkTrial(const connector_component& component, const std::string& config) : driver_(component, config, host_) {}

  void open() {
    TestCall call(15'000);
    require(driver_.open(call) == CONNECTOR_OK, "open failed: " + call.message());
  }
  void close() { driver_.lifecycle().close(driver_.self()); }
  void cancel() { driver_.lifecycle().cancel(driver_.self()); }
  connector_code write(SinkBatch& batch, std::uint32_t timeout_ms = 10'000) {
    TestCall call(timeout_ms);
    return write(batch, call);
  }
  // With the caller's call, for its reasons.
  connector_code write(SinkBatch& batch, TestCall& call) {
    const connector_code code = driver_.ops().write(driver_.self(), batch.records(), batch.size(), batch.outcomes(), call);
    batch.require_valid();
    return code;
  }
  const connector_sink_ops& ops() const { return driver_.ops(); }
  void* self() const { return driver_.self(); }

  FakeHost& host() { return host_; }

 private:
  FakeHost host_;
  SinkDriver driver_;
};

}  // namespace connector::testing
