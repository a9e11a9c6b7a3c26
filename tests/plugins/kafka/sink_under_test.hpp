#pragma once
// SinkUnderTest: the built kafka plugin with one instance, its options as a user writes them, and
// records whose memory is its own.
//
// Not for the host's code: it drives the library through its C table. One thread but for write,
// check and cancel.
#include <unistd.h>

#include <chrono>
#include <connector/testing/plugin_under_test.hpp>
#include <connector/testing/with_defaults.hpp>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kafka_test {

using connector::testing::FakeHost;
using connector::testing::Settings;
using connector::testing::TestCall;
using Bytes = std::optional<std::string>;  // nothing: null

inline std::string unique_name(const std::string& word) {
  static std::atomic<int> counter = 0;
  return "test-kafka-sink-" + word + "-" + std::to_string(getpid()) + "-" +
         std::to_string(++counter);
}

struct TestRecord {
  Bytes id, key, value;
  std::vector<std::pair<std::string, Bytes>> headers;
  std::int64_t timestamp_ms = 0;
  Bytes destination;
};

// Each view points into an allocation of its own, so that a sanitizer sees whoever reads it too
// late.
class TestBatch {
 public:
  explicit TestBatch(const std::vector<TestRecord>& records) : outcomes(records.size()) {
    for (const TestRecord& each : records) {
      connector_record record{};
      record.id = keep(each.id);
      record.key = keep(each.key);
      record.value = keep(each.value);
      record.destination = keep(each.destination);
      record.timestamp_ms = each.timestamp_ms;
      auto headers = std::make_unique<connector_header[]>(each.headers.size());
      for (std::size_t i = 0; i < each.headers.size(); ++i)
        headers[i] = {keep(each.headers[i].first), keep(each.headers[i].second), CONNECTOR_BYTES,
                      0};
      record.headers = headers.get();
      record.header_count = each.headers.size();
      headers_.push_back(std::move(headers));
      records_.push_back(record);
    }
    for (connector_outcome& outcome : outcomes)
      outcome = {CONNECTOR_RETRIABLE, CONNECTOR_MAYBE_DELIVERED, 0, 0};
  }
  const connector_record* data() const { return records_.data(); }
  std::size_t size() const { return records_.size(); }
  std::size_t count(connector_code code) const {
    std::size_t out = 0;
    for (const connector_outcome& outcome : outcomes) out += outcome.code == code;
    return out;
  }
  std::size_t maybe_delivered() const {
    std::size_t out = 0;
    for (const connector_outcome& outcome : outcomes)
      out += (outcome.flags & CONNECTOR_MAYBE_DELIVERED) != 0;
    return out;
  }

  std::vector<connector_outcome> outcomes;

 private:
  connector_view keep(const Bytes& bytes) {
    if (!bytes) return connector::null_view();
    bytes_.push_back(std::make_unique<char[]>(bytes->size() + (bytes->empty() ? 1 : 0)));
    std::copy(bytes->begin(), bytes->end(), bytes_.back().get());
    return {bytes_.back().get(), bytes->size()};
  }

  std::vector<connector_record> records_;
  std::vector<std::unique_ptr<char[]>> bytes_;
  std::vector<std::unique_ptr<connector_header[]>> headers_;
};

inline const connector_component& kafka_component() {
  static const connector::testing::PluginUnderTest plugin(KAFKA_PLUGIN);
  return plugin.component(CONNECTOR_SINK, "kafka");
}

enum Metric : std::uint32_t {
  records_delivered,
  possible_duplicates,
  resent_singly,
  producers_rebuilt,
  first_statistic
};

class SinkUnderTest {
 public:
  SinkUnderTest(const std::string& brokers, const std::string& topic, Settings settings = {})
      : driver_(kafka_component(), with(std::move(settings), brokers, topic), host) {}

  connector_code open(TestCall& call) { return driver_.open(call); }
  void open() { driver_.open(); }
  void close() { driver_.lifecycle().close(driver_.self()); }
  void cancel() { driver_.lifecycle().cancel(driver_.self()); }
  connector_code check(TestCall& call) { return driver_.lifecycle().check(driver_.self(), call); }
  connector_code write(TestBatch& batch, TestCall& call) {
    return driver_.ops().write(driver_.self(), batch.data(), batch.size(), batch.outcomes.data(),
                               call);
  }

  connector_code identity(std::string& text, TestCall& call) {
    connector::testing::OneText answer;
    const connector_code code = driver_.lifecycle().identity(
        driver_.self(), connector::testing::OneText::take, &answer, call);
    text = answer.text;
    return code;
  }

  FakeHost host;

 private:
  static std::string with(Settings settings, const std::string& brokers, const std::string& topic) {
    settings.emplace("brokers", brokers);
    settings.emplace("topic", topic);
    return connector::testing::with_defaults(kafka_component(), std::move(settings));
  }

  connector::testing::SinkDriver driver_;
};

class Stopwatch {
 public:
  std::chrono::milliseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 start_);
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace kafka_test
