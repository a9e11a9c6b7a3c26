// Headers of every AMQP type through the shipped line: what they are in Kafka.
#include <algorithm>
#include <optional>

#include "tests/integration/event_tool/amqp_channel.hpp"
#include "tests/integration/event_tool/record_headers.hpp"
#include "tests/integration/event_tool/topic_reader.hpp"
#include "tests/integration/line_fixture.hpp"
#include "tests/plugins/rabbitmq/field_row.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

class HeaderTableTest : public LineTest {
 protected:
  // One message that has them all, confirmed by the broker.
  void publish(std::vector<amqp_table_entry_t> headers) const {
    const std::string body = R"({"event_id":"of every type"})";
    event_tool::AmqpChannel channel("amqp://guest:guest@" + rabbitmq);
    channel.select_confirms();
    amqp_basic_properties_t properties{};
    properties._flags = AMQP_BASIC_HEADERS_FLAG;
    properties.headers = {int(headers.size()), headers.data()};
    const auto bytes = event_tool::bytes_of(body);
    ASSERT_EQ(
        amqp_basic_publish(channel.handle(), event_tool::AmqpChannel::number, amqp_empty_bytes,
                           event_tool::bytes_of(queue), 1, 0, &properties, bytes),
        AMQP_STATUS_OK);
    const auto confirm = channel.read_frame(10s);
    ASSERT_TRUE(confirm && confirm->frame_type == AMQP_FRAME_METHOD &&
                confirm->payload.method.id == AMQP_BASIC_ACK_METHOD)
        << "not confirmed";
  }
};

TEST_F(HeaderTableTest, Each_type_arrives_in_Kafka_as_its_row_of_the_table_says) {
  std::vector<amqp_table_entry_t> sent;
  event_tool::RecordHeaders expected;
  const auto rows = rabbitmq_test::field_rows();
  for (const auto& row : rows) {
    if (!row.broker_takes_it) continue;
    sent.push_back({event_tool::bytes_of(row.name), row.field});
    expected.emplace_back(row.name, row.is_null ? std::nullopt : std::optional(row.text));
  }
  make_queue();
  make_topics();
  publish(sent);
  start_host();
  ASSERT_TRUE(eventually([&] { return delivered() == 1; }, 30s)) << log();
  EXPECT_EQ(stop_host(), 0) << log();
  std::vector<event_tool::RecordHeaders> arrived;
  std::sort(expected.begin(), expected.end());  // RabbitMQ 4 sorts them, 3 does not
  event_tool::TopicReader(kafka, topic).read_to_end([&](const auto& message) {
    arrived.push_back(event_tool::headers_of(message));
    std::sort(arrived.back().begin(), arrived.back().end());
  });
  EXPECT_EQ(arrived, std::vector<event_tool::RecordHeaders>{expected});
}

}  // namespace
}  // namespace integration
