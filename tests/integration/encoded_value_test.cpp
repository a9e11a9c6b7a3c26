// Compressed bodies from RabbitMQ to Kafka.
#include <map>

#include "tests/integration/event_tool/record_headers.hpp"
#include "tests/integration/event_tool/topic_reader.hpp"
#include "tests/integration/events_fixture.hpp"
#include "tests/unit/pipeline/compressed.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

struct Written {
  std::string key, value;
  std::map<std::string, std::string> headers;
};

class EncodedValueTest : public EventsTest {
 protected:
  void publish_encoded(const std::string& body, const std::string& encoding) {
    event_tool::AmqpChannel channel("amqp://guest:guest@" + rabbitmq);
    channel.select_confirms();
    event_tool::Publication message;
    message.body = body;
    message.content_encoding = encoding;
    channel.publish(queue, message);
    ASSERT_TRUE(channel.read_frame(30s)) << "the broker does not confirm";
  }
  std::vector<Written> in_kafka(const std::string& name) const {
    std::vector<Written> out;
    event_tool::TopicReader reader(kafka, name);
    reader.read_to_end([&](const rd_kafka_message_t& message) {
      Written& each = out.emplace_back();
      if (message.key) each.key.assign(static_cast<const char*>(message.key), message.key_len);
      each.value.assign(static_cast<const char*>(message.payload), message.len);
      for (const auto& [header, value] : event_tool::headers_of(message))
        each.headers[header] = value.value_or("");
    });
    return out;
  }
  bool settles(double delivered_records) const {
    return eventually([&] { return delivered() == delivered_records && idle(); }, 30s);
  }
};

TEST_F(EncodedValueTest, The_rules_read_a_gzip_body_and_it_passes_unchanged) {
  make_queue();
  make_topics();
  const std::string body = compressed::gzip(R"({"event_id":"e1","customer":"c1"})");
  publish_encoded(body, "gzip");
  start(source() + "    key: { json: /customer }\n" + redis_dedup() + kafka_sink());
  ASSERT_TRUE(settles(1)) << log();
  const auto written = in_kafka(topic);
  ASSERT_EQ(written.size(), 1u);
  EXPECT_EQ(written[0].key, "c1");
  EXPECT_TRUE(written[0].value == body);
  EXPECT_EQ(written[0].headers.at("amqp.content_encoding"), "gzip");
}

TEST_F(EncodedValueTest, With_decode_Kafka_gets_JSON_and_a_damaged_body_is_a_dead_letter) {
  make_queue();
  make_topics();
  const std::string body = R"({"event_id":"e1","customer":"c1"})";
  publish_encoded(compressed::gzip(body), "gzip");
  publish_encoded(compressed::gzip(body).substr(0, 20), "gzip");
  start(source() + "    decode: true\n" + redis_dedup() + kafka_sink() + kafka_dead_letter());
  ASSERT_TRUE(settles(1)) << log();
  const auto written = in_kafka(topic), dead = in_kafka(dead_topic);
  ASSERT_EQ(written.size(), 1u);
  EXPECT_EQ(written[0].value, body);
  EXPECT_FALSE(written[0].headers.contains("amqp.content_encoding"));
  ASSERT_EQ(dead.size(), 1u);
  EXPECT_TRUE(dead[0].value == compressed::gzip(body).substr(0, 20));
  EXPECT_EQ(dead[0].headers.at("__connect.errors.exception.message"),
            "the value is not valid gzip: it is cut short");
  EXPECT_EQ(dead[0].headers.at("amqp.content_encoding"), "gzip");
}

}  // namespace
}  // namespace integration
