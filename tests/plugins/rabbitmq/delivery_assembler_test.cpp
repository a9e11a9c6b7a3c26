#include "plugins/rabbitmq/delivery_assembler.hpp"

#include <gtest/gtest.h>

#include <new>
#include <string>

#include "tests/unit/sdk/memory_watch.hpp"

namespace {

using connector_host_plugins::rabbitmq::bytes_of;
using connector_host_plugins::rabbitmq::DeliveryAssembler;
using connector_host_plugins::rabbitmq::PropertyHeaders;
using connector_tests::MemoryWatch;
using Step = DeliveryAssembler::Step;

// The frames of one message.
struct Message {
  Message(std::uint64_t tag, const std::string& body) {
    envelope.delivery_tag = tag;
    method.frame_type = AMQP_FRAME_METHOD;
    method.payload.method = {AMQP_BASIC_DELIVER_METHOD, &envelope};
    header.frame_type = AMQP_FRAME_HEADER;
    header.payload.properties.class_id = AMQP_BASIC_CLASS;
    header.payload.properties.body_size = body.size();
    header.payload.properties.decoded = &properties;
    content.frame_type = AMQP_FRAME_BODY;
    content.payload.body_fragment = bytes_of(body);
  }
  Message(const Message&) = delete;

  amqp_basic_deliver_t envelope{};
  amqp_basic_properties_t properties{};
  amqp_frame_t method{}, header{}, content{};
};

struct RabbitmqDeliveryAssembler : testing::Test {
  // A vector of records grows to 4 and then to 8.
  static constexpr std::size_t full = 4, with_room = 5;

  void fill(std::size_t records) {
    for (std::size_t i = 0; i < records; ++i) batch.add();
  }
  // Whether the last frame of the message fails for lack of memory.
  bool fails_without_memory(const Message& message) {
    EXPECT_EQ(assembler.take(message.method, batch), Step::more);
    EXPECT_EQ(assembler.take(message.header, batch), Step::more);
    try {
      const MemoryWatch none(MemoryWatch::Mode::fail);
      assembler.take(message.content, batch);
      return false;
    } catch (const std::bad_alloc&) {
      return true;
    }
  }
  const PropertyHeaders property_headers{{}};
  DeliveryAssembler assembler{property_headers, 1 << 20};
  connector::BatchBuilder batch;
};

TEST_F(RabbitmqDeliveryAssembler, Reads_x_delivery_count_and_leaves_the_header) {
  amqp_table_entry_t count{bytes_of("x-delivery-count"), {}};
  count.value.kind = AMQP_FIELD_KIND_I64;
  count.value.value.i64 = 7;
  const std::string body = "body";
  for (const bool redelivered : {false, true}) {
    Message message(1, body);
    message.envelope.redelivered = redelivered;
    message.properties._flags = AMQP_BASIC_HEADERS_FLAG;
    message.properties.headers = {1, &count};
    EXPECT_EQ(assembler.take(message.method, batch), Step::more);
    EXPECT_EQ(assembler.take(message.header, batch), Step::more);
    ASSERT_EQ(assembler.take(message.content, batch), Step::complete);
    EXPECT_EQ(assembler.count_header(), 7u);
    EXPECT_EQ(batch.last().header_count, 1u)
        << "the header itself is the publisher's or the queue's, and stays";
  }
}

TEST_F(RabbitmqDeliveryAssembler, A_record_without_memory_for_its_body_is_not_begun) {
  fill(with_room);
  const std::string body(100'000, 'x');
  const Message message(1, body);
  ASSERT_TRUE(fails_without_memory(message));
  EXPECT_FALSE(assembler.record_begun());
  EXPECT_EQ(batch.record_count(), with_room);
  ASSERT_EQ(assembler.take(message.content, batch), Step::complete);
  EXPECT_EQ(connector::text(batch.last().value), body);
}

TEST_F(RabbitmqDeliveryAssembler, A_record_without_memory_for_its_headers_is_not_begun) {
  fill(with_room);
  batch.allocate(1);  // a chunk with room for the body
  const std::string body = "small", raw(100'000, 'h');
  Message message(1, body);
  message.properties._flags = AMQP_BASIC_MESSAGE_ID_FLAG;
  message.properties.message_id = message.header.payload.properties.raw = bytes_of(raw);
  ASSERT_TRUE(fails_without_memory(message));
  EXPECT_FALSE(assembler.record_begun());
  EXPECT_EQ(batch.record_count(), with_room);
}

TEST_F(RabbitmqDeliveryAssembler, A_record_without_memory_for_itself_is_not_begun) {
  fill(full);
  batch.allocate(1);
  const std::string body = "small";
  ASSERT_TRUE(fails_without_memory(Message(1, body)));
  EXPECT_FALSE(assembler.record_begun());
  EXPECT_EQ(batch.record_count(), full);
}

// Headers come before the body, and a dead letter needs them.
TEST_F(RabbitmqDeliveryAssembler, Keeps_headers_and_first_bytes_of_a_body_over_the_limit) {
  DeliveryAssembler small(property_headers, 6);
  amqp_table_entry_t name{bytes_of("x-name"), {}};
  name.value.kind = AMQP_FIELD_KIND_UTF8;
  name.value.value.bytes = bytes_of("value");
  const std::string first = "abcd", second = "efgh";
  Message message(7, first);
  message.properties._flags = AMQP_BASIC_HEADERS_FLAG;
  message.properties.headers = {1, &name};
  message.header.payload.properties.body_size = first.size() + second.size();
  EXPECT_EQ(small.take(message.method, batch), Step::more);
  EXPECT_EQ(small.take(message.header, batch), Step::more);
  EXPECT_EQ(small.take(message.content, batch), Step::more);
  EXPECT_FALSE(small.holds_views());
  message.content.payload.body_fragment = bytes_of(second);
  ASSERT_EQ(small.take(message.content, batch), Step::complete);
  EXPECT_EQ(connector::text(batch.last().value), "abcdef");
  EXPECT_EQ(batch.last().header_count, 1u);
  EXPECT_TRUE(batch.last().flags & CONNECTOR_UNREADABLE);
  EXPECT_NE(connector::text(batch.last().origin->reason).find("8 bytes"), std::string_view::npos);
}

TEST_F(RabbitmqDeliveryAssembler, Takes_no_memory_for_what_is_over_the_limit) {
  DeliveryAssembler small(property_headers, 1024);
  const std::string fragment(100'000, 'x');
  Message message(1, fragment);
  message.header.payload.properties.body_size = std::uint64_t(1) << 40;
  EXPECT_EQ(small.take(message.method, batch), Step::more);
  EXPECT_EQ(small.take(message.header, batch), Step::more);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(small.take(message.content, batch), Step::more);
  EXPECT_LT(batch.held_bytes(), 100'000u);
}

TEST_F(RabbitmqDeliveryAssembler, Makes_no_record_of_a_skipped_delivery) {
  for (const std::string body : {"", "body"}) {
    const Message message(1, body);
    EXPECT_EQ(assembler.take(message.method, batch), Step::more);
    assembler.skip();
    const Step at_header = assembler.take(message.header, batch);
    EXPECT_EQ(body.empty() ? at_header : assembler.take(message.content, batch), Step::skipped);
    EXPECT_TRUE(batch.empty());
  }
  const std::string next = "next";
  const Message message(2, next);
  assembler.take(message.method, batch);
  assembler.take(message.header, batch);
  EXPECT_EQ(assembler.take(message.content, batch), Step::complete);
}

}  // namespace
