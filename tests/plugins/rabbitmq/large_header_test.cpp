// Content headers beyond the negotiated frame size: the broker adds to what a publisher sent, and
// does not limit what it delivers.
#include <unistd.h>

#include <fstream>

#include "broker.hpp"
#include "fake_broker.hpp"

namespace {

using namespace rabbitmq_test;
using connector_host_plugins::rabbitmq::bytes_of;
using RabbitmqLargeHeader = RabbitmqTest;

constexpr std::size_t mebibyte = 1024 * 1024;

// The largest header that fits into a publisher's frame of 128 KiB, almost.
class LargeMessage {
 public:
  LargeMessage() {
    entry_.value.kind = AMQP_FIELD_KIND_UTF8;
    entry_.value.value.bytes = bytes_of(text_);
    properties_._flags = AMQP_BASIC_HEADERS_FLAG;
    properties_.headers = {1, &entry_};
  }
  const amqp_basic_properties_t* properties() const { return &properties_; }
  const std::string& text() const { return text_; }

 private:
  const std::string text_ = std::string(131'030, 'h');
  amqp_table_entry_t entry_{bytes_of("x-large"), {}};
  amqp_basic_properties_t properties_{};
};

std::string_view header_of(const connector_record& record, std::string_view name) {
  for (std::uint64_t i = 0; i < record.header_count; ++i) {
    if (connector::text(record.headers[i].name) == name)
      return connector::text(record.headers[i].value);
  }
  return {};
}

std::size_t resident_bytes() {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> pages;
  return pages * std::size_t(::sysconf(_SC_PAGESIZE));
}

TEST_F(RabbitmqLargeHeader, Is_read_after_dead_lettering_has_made_it_larger_than_a_frame) {
  Queue target;
  const Queue first({{"x-dead-letter-exchange", ""},
                     {"x-dead-letter-routing-key", target.name()},
                     {"x-message-ttl", "0"}});
  const LargeMessage large;
  target.broker().publish(first.name(), "large", large.properties());
  ASSERT_TRUE(target.comes_to_hold(1));
  target.publish("small");
  TestSource source(target.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  std::vector<std::string> values;
  while (values.size() < 2) {
    const Lease lease = source.take();
    ASSERT_GT(lease.size(), 0u) << source.why();
    const bool is_first = values.empty();
    EXPECT_EQ(header_of(lease[0], "x-large") == large.text(), is_first);
    EXPECT_EQ(header_of(lease[0], "x-death").empty(), !is_first);
    for (const std::string& each : lease.values()) values.push_back(each);
    ASSERT_EQ(source.ack(lease.positions()), CONNECTOR_OK) << source.why();
  }
  EXPECT_EQ(values, (std::vector<std::string>{"large", "small"}));
}

TEST_F(RabbitmqLargeHeader, Is_read_on_redelivery_by_a_quorum_queue) {
  Queue queue(QueueKind::quorum);
  const LargeMessage large;
  queue.publish("large", large.properties());
  TestSource source(queue.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  const Lease lease = source.take();
  ASSERT_EQ(lease.size(), 1u) << source.why();
  ASSERT_EQ(source.nack(lease.positions()), CONNECTOR_OK) << source.why();
  const Lease again = source.take();
  ASSERT_EQ(again.size(), 1u) << source.why();
  EXPECT_EQ(again[0].delivery_count, 1u);
}

TEST(RabbitmqFakeLargeHeader, Of_15_MiB_is_read) {
  FakeBroker broker(FakeSettings{.header_size = 15 * mebibyte});
  TestSource source("q", {{"prefetch", "1"}}, broker.port());
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  const Lease lease = source.take(1);
  ASSERT_EQ(lease.size(), 1u) << source.why();
  EXPECT_EQ(header_of(lease[0], "x-large").size(), 15 * mebibyte);
}

TEST(RabbitmqFakeLargeHeader, Beyond_16_MiB_ends_the_connection_with_its_reason) {
  FakeBroker broker(FakeSettings{.header_size = 16 * mebibyte});
  TestSource source("q", {{"prefetch", "1"}}, broker.port());
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  EXPECT_EQ(source.polls_until_it_fails(1), CONNECTOR_NOT_CONNECTED);
  EXPECT_NE(source.why().find("more than 16 MiB"), std::string::npos) << source.why();
}

TEST(RabbitmqFakeLargeHeader, Costs_no_memory_before_it_arrives) {
  FakeBroker broker;
  TestSource source("q", {}, broker.port());
  const std::size_t before = resident_bytes();
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  ASSERT_EQ(source.take(1).size(), 1u);
  EXPECT_LT(resident_bytes(), before + 8 * mebibyte);
}

}  // namespace
