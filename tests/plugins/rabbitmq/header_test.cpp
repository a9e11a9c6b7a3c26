// A message's headers and properties as record headers, through a broker.
#include <map>

#include "broker.hpp"
#include "field_row.hpp"

namespace {

using namespace rabbitmq_test;
using connector_host_plugins::rabbitmq::bytes_of;

std::map<std::string, const connector_header*> headers_of(const connector_record& record) {
  std::map<std::string, const connector_header*> out;
  for (std::uint64_t i = 0; i < record.header_count; ++i)
    out[std::string(connector::text(record.headers[i].name))] = &record.headers[i];
  return out;
}

// What the broker adds is not ours to compare.
Lease round_trip(const amqp_basic_properties_t& properties, Settings settings = {}) {
  Queue queue;
  queue.publish("body", &properties);
  TestSource source(queue.name(), std::move(settings));
  EXPECT_EQ(source.open(), CONNECTOR_OK) << source.why();
  Lease lease = source.take();
  EXPECT_EQ(lease.size(), 1u);
  return lease;
}

std::vector<FieldRow> rows_for_the_broker() {
  std::vector<FieldRow> rows = field_rows();
  std::erase_if(rows, [](const FieldRow& row) { return !row.broker_takes_it; });
  return rows;
}

class RabbitmqHeader : public testing::TestWithParam<FieldRow> {};

TEST_P(RabbitmqHeader, Becomes_the_header_of_its_row) {
  if (broker_port() == 0) GTEST_SKIP() << "CONNECTOR_TEST_RABBITMQ is not set";
  const FieldRow& row = GetParam();
  amqp_table_entry_t entry{bytes_of("x-row"), row.field};
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_HEADERS_FLAG;
  properties.headers = {1, &entry};
  const Lease lease = round_trip(properties);
  ASSERT_EQ(lease[0].header_count, 1u);
  const connector_header& header = lease[0].headers[0];
  EXPECT_EQ(connector::text(header.name), "x-row");
  EXPECT_EQ(header.type, row.type);
  EXPECT_EQ(connector::text(header.value), row.text);
  EXPECT_EQ(connector::is_null(header.value), row.is_null);
}

INSTANTIATE_TEST_SUITE_P(Rows, RabbitmqHeader, testing::ValuesIn(rows_for_the_broker()),
                         [](const auto& info) { return std::string(info.param.name); });

using RabbitmqHeaders = RabbitmqTest;

amqp_basic_properties_t every_property() {
  amqp_basic_properties_t out{};
  out._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_CONTENT_ENCODING_FLAG |
               AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_PRIORITY_FLAG |
               AMQP_BASIC_CORRELATION_ID_FLAG | AMQP_BASIC_REPLY_TO_FLAG |
               AMQP_BASIC_EXPIRATION_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG | AMQP_BASIC_TIMESTAMP_FLAG |
               AMQP_BASIC_TYPE_FLAG | AMQP_BASIC_USER_ID_FLAG | AMQP_BASIC_APP_ID_FLAG;
  out.content_type = bytes_of("application/json");
  out.content_encoding = bytes_of("identity");
  out.delivery_mode = 2;
  out.priority = 3;
  out.correlation_id = bytes_of("c-1");
  out.reply_to = bytes_of("answers");
  out.expiration = bytes_of("60000");
  out.message_id = bytes_of("m-1");
  out.timestamp = 1700000000;
  out.type = bytes_of("order.created");
  out.user_id = bytes_of("guest");
  out.app_id = bytes_of("shop");
  return out;
}

TEST_F(RabbitmqHeaders, The_message_id_is_the_record_s_id_and_the_timestamp_its_time) {
  const Lease lease = round_trip(every_property());
  EXPECT_EQ(connector::text(lease[0].id), "m-1");
  EXPECT_EQ(lease[0].timestamp_ms, 1700000000000);
}

TEST_F(RabbitmqHeaders, A_timestamp_that_cannot_be_one_is_unknown) {
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_TIMESTAMP_FLAG;
  properties.timestamp = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(round_trip(properties)[0].timestamp_ms, 0);
}

TEST_F(RabbitmqHeaders, What_describes_the_content_becomes_headers_unless_told_otherwise) {
  const Lease lease = round_trip(every_property());
  std::string all;
  for (const auto& [name, header] : headers_of(lease[0]))
    all += name + '=' + std::string(connector::text(header->value)) + ' ';
  EXPECT_EQ(all,
            "amqp.app_id=shop amqp.content_encoding=identity amqp.content_type=application/json "
            "amqp.correlation_id=c-1 amqp.message_id=m-1 "
            "amqp.reply_to=answers amqp.type=order.created ");
}

TEST_F(RabbitmqHeaders, All_means_every_property_and_the_envelope) {
  Queue queue;
  const amqp_basic_properties_t properties = every_property();
  queue.publish("body", &properties);
  TestSource source(queue.name(), {{"property_headers", R"(["all"])"}});
  ASSERT_EQ(source.open(), CONNECTOR_OK);
  const Lease lease = source.take();
  ASSERT_EQ(lease.size(), 1u);
  std::string all;
  for (const auto& [name, header] : headers_of(lease[0])) {
    all += name + '=' + std::string(connector::text(header->value)) + ':' +
           std::to_string(header->type) + ' ';
  }
  EXPECT_EQ(all,
            "amqp.app_id=shop:1 amqp.content_encoding=identity:1 "
            "amqp.content_type=application/json:1 amqp.correlation_id=c-1:1 amqp.delivery_mode=2:2 "
            "amqp.exchange=:1 amqp.expiration=60000:1 amqp.message_id=m-1:1 amqp.priority=3:2 "
            "amqp.redelivered=false:4 amqp.reply_to=answers:1 amqp.routing_key=" +
                queue.name() +
                ":1 amqp.timestamp=1700000000:2 amqp.type=order.created:1 amqp.user_id=guest:1 ");
}

TEST_F(RabbitmqHeaders, The_list_may_be_empty) {
  amqp_basic_properties_t properties = every_property();
  amqp_table_entry_t traceparent{
      bytes_of("traceparent"),
      text_field(AMQP_FIELD_KIND_UTF8, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")};
  properties._flags |= AMQP_BASIC_HEADERS_FLAG;
  properties.headers = {1, &traceparent};
  const Lease lease = round_trip(properties, {{"property_headers", "[]"}});
  ASSERT_EQ(lease[0].header_count, 1u);
  EXPECT_EQ(connector::text(lease[0].headers[0].name), "traceparent");
  EXPECT_EQ(connector::text(lease[0].headers[0].value),
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
}

TEST_F(RabbitmqHeaders, A_property_that_does_not_exist_is_refused) {
  EXPECT_THROW(TestSource("q", {{"property_headers", R"(["content-type"])"}}), std::runtime_error);
}

TEST_F(RabbitmqHeaders, Many_headers_keep_their_order_and_their_repeats) {
  std::vector<std::string> values;
  for (int i = 0; i < 300; ++i) values.push_back("value " + std::to_string(i));
  std::vector<amqp_table_entry_t> entries;
  for (const std::string& each : values)
    entries.push_back({bytes_of("same"), text_field(AMQP_FIELD_KIND_UTF8, each)});
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_HEADERS_FLAG;
  properties.headers = {int(entries.size()), entries.data()};
  const Lease lease = round_trip(properties);
  ASSERT_GE(lease[0].header_count,
            1u);  // the broker may drop repeats; what it delivers is what is handed out
  for (std::uint64_t i = 1; i < lease[0].header_count; ++i)
    EXPECT_EQ(connector::text(lease[0].headers[i].value), values[i]);
}

}  // namespace
