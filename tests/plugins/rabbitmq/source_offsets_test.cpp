#include "plugins/rabbitmq/source_offsets.hpp"

#include <gtest/gtest.h>

#include "connector/error.hpp"
#include "plugins/rabbitmq/stream_start.hpp"

namespace {

using namespace connector_host_plugins::rabbitmq;

TEST(RabbitmqSourceOffsets, What_is_reported_can_be_set) {
  SourceOffsets offsets;
  offsets.acknowledged = 3;
  offsets.stream_offset = 42;
  offsets.last_ack = std::chrono::system_clock::time_point(std::chrono::seconds(0));
  const std::string json = offsets.json("a \"queue\"");
  EXPECT_EQ(
      json,
      R"([{"partition":{"queue":"a \"queue\""},"offset":{"acked":3,"in_flight":0,"last_ack":"1970-01-01T00:00:00Z","stream_offset":42}}])");
  EXPECT_EQ(stream_offset_in(json, "a \"queue\""), 42u);
}

TEST(RabbitmqSourceOffsets, Nothing_or_null_forgets) {
  EXPECT_EQ(stream_offset_in("", "q"), std::nullopt);
  EXPECT_EQ(stream_offset_in(R"([{"partition":{"queue":"q"},"offset":null}])", "q"), std::nullopt);
}

TEST(RabbitmqSourceOffsets, Anything_else_is_refused_with_the_form) {
  for (const char* json :
       {"[]", "{}", "5", R"([{"partition":{"queue":"other"},"offset":{"stream_offset":1}}])",
        R"([{"partition":{"queue":"q"}}])",
        R"([{"partition":{"queue":"q"},"offset":{"stream_offset":-1}}])",
        R"([{"partition":{"queue":"q"},"offset":{"stream_offset":"1"}}])",
        R"([{"partition":{"queue":"q"},"offset":{"acked":1}}])",
        R"([{"partition":"q","offset":{"stream_offset":1}}])",
        R"([{"partition":{"queue":"q"},"offset":{"stream_offset":9223372036854775808}}])"}) {
    try {
      stream_offset_in(json, "q");
      ADD_FAILURE() << json;
    } catch (const connector::Error& error) {
      EXPECT_EQ(error.code(), CONNECTOR_BAD_CONFIG);
      EXPECT_NE(std::string(error.what()).find("stream_offset"), std::string::npos) << error.what();
    }
  }
}

amqp_field_value_t argument_of(const std::string& option) {
  ArgumentTable arguments;
  const StreamStart start = StreamStart::parse(option);
  start.add_to(arguments);
  return arguments.table().entries[0].value;
}

TEST(RabbitmqStreamStart, Has_the_type_that_the_broker_expects) {
  for (const char* word : {"first", "last", "next"})
    EXPECT_EQ(argument_of(word).kind, AMQP_FIELD_KIND_UTF8) << word;
  EXPECT_EQ(argument_of("1234").kind, AMQP_FIELD_KIND_I64);
  EXPECT_EQ(argument_of("1234").value.i64, 1234);
  EXPECT_EQ(argument_of("1970-01-02T00:00:01Z").kind, AMQP_FIELD_KIND_TIMESTAMP);
  EXPECT_EQ(argument_of("1970-01-02T00:00:01Z").value.u64, 86401u);
}

TEST(RabbitmqStreamStart, Refuses_what_the_broker_would_close_the_connection_for) {
  for (const char* text : {"", "First", "-1", "1.5", "9999999999999999999", "yesterday",
                           "2026-11-23", "2026-11-23T12:00:00", "1969-01-01T00:00:00Z"}) {
    EXPECT_THROW(StreamStart::parse(text), connector::Error) << text;
  }
}

}  // namespace
