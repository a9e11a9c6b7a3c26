#pragma once
// Lease and SourceTrial: use a source in a test as a host does, in few lines.
//
// For the conformance suite and for tests of plugins, ours and yours. Owned by the test.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "connector/testing/conformance.hpp"
#include "connector/testing/plugin_under_test.hpp"

namespace connector::testing {

// A batch that is released with its owner, at the latest before the instance is destroyed.
class Lease {
 public:
  Lease() { batch_.struct_size = sizeof batch_; }
  Lease(Lease&& other) noexcept { std::swap(batch_, other.batch_); }
  Lease& operator=(Lease&&) = delete;
  ~Lease() { release(); }
  void release() {
    if (batch_.release) batch_.release(&batch_);
  }
  connector_batch* raw() { return &batch_; }
  std::uint64_t size() const { return batch_.record_count; }
  const connector_record& operator[](std::uint64_t index) const { return batch_.records[index]; }
  std::vector<std::uint64_t> positions() const {
    std::vector<std::uint64_t> out;
    for (std::uint64_t i = 0; i < size(); ++i) out.push_back(batch_.records[i].position);
    return out;
  }
  std::vector<std::string> values() const {
    std::vector<std::string> out;
    for (std::uint64_t i = 0; i < size(); ++i) out.emplace_back(text(batch_.records[i].value));
    return out;
  }

 private:
  connector_batch batch_{};
};

// A source in use. What goes wrong on the way is a Violation. One thread at a time, but for wake and cancel.
class SourceTrial {
 public:
  SourceTrial(const connector_component& component, const std::string& config, std::shared_ptr<FakeHost> host = std::make_shared<FakeHost>())
      : host_(std::move(host)), driver_(component, config, *host_) {}

  void open() {
    TestCall call(15'000);
    require(driver_.open(call) == CONNECTOR_OK, "open failed: " + call.message());
  }
  void close() { driver_.lifecycle().close(driver_.self()); }
  void cancel() {
    if (driver_.lifecycle().cancel) driver_.lifecycle().cancel(driver_.self());
  }
  void wake() { driver_.ops().wake(driver_.self()); }
  connector_code poll(Lease& lease, std::uint32_t max_records, std::uint32_t timeout_ms) {
    TestCall call(timeout_ms);
    const connector_code code = driver_.ops().poll(driver_.self(), max_records, 1 << 20, lease.raw(), call);
    require(code == CONNECTOR_OK || code == CONNECTOR_END, "poll failed: " + call.message());
    require(lease.size() == 0 || lease.raw()->release, "poll gave records without a release function");
    require(lease.size() <= max_records, "poll gave more records than were asked for");
    return code;
  }
  // One batch with records in it.
  Lease take(std::uint32_t max_records) {
    for (const detail::Stopwatch watch; watch.passed() < std::chrono::seconds(15);) {
      Lease lease;
      require(poll(lease, max_records, 1000) != CONNECTOR_END || lease.size() > 0, "poll said END although records should be there");
      if (lease.size() > 0) return lease;
    }
    throw Violation("poll gave no record within 15 s");
  }
  void ack(const std::vector<std::uint64_t>& positions) {
    TestCall call;
    require(driver_.ops().ack(driver_.self(), positions.data(), positions.size(), call) == CONNECTOR_OK, "ack failed: " + call.message());
  }
  void nack(const std::vector<std::uint64_t>& positions, std::uint32_t requeue) {
    TestCall call;
    require(driver_.ops().nack(driver_.self(), positions.data(), positions.size(), requeue, call) == CONNECTOR_OK, "nack failed: " + call.message());
  }
  // Acknowledges what comes until a record has this value; false when none does.
  bool comes_again(const std::string& value) {
    for (int turn = 0; turn < 100; ++turn) {
      Lease lease;
      const connector_code code = poll(lease, 100, 200);
      const auto values = lease.values();
      ack(lease.positions());
      if (std::find(values.begin(), values.end(), value) != values.end()) return true;
      if (code == CONNECTOR_END) return false;
    }
    return false;
  }
  bool implements_set_window() const {
    constexpr std::size_t end = offsetof(connector_source_ops, set_window) + sizeof(connector_source_ops::set_window);
    return ops().struct_size >= end && ops().set_window;
  }
  void set_window(std::uint32_t deliveries) {
    TestCall call;
    require(driver_.ops().set_window(driver_.self(), deliveries, call) == CONNECTOR_OK, "set_window failed: " + call.message());
  }
  const connector_source_ops& ops() const { return driver_.ops(); }
  void* self() const { return driver_.self(); }

  FakeHost& host() { return *host_; }

 private:
  std::shared_ptr<FakeHost> host_;
  SourceDriver driver_;
};

}  // namespace connector::testing
