// The rule `key` between real servers: the key of the Kafka record, its partition, and the order of
// its records.
#include <map>
#include <set>

#include "tests/integration/event_tool/topic_reader.hpp"
#include "tests/integration/events_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

struct Written {
  std::set<std::int32_t> partitions;
  std::vector<std::string> values;  // in their order
};

class KeyTest : public EventsTest {
 protected:
  // By key; "(none)": without one.
  std::map<std::string, Written> written() const {
    std::map<std::string, Written> out;
    event_tool::TopicReader reader(kafka, topic);
    reader.read_to_end([&](const rd_kafka_message_t& message) {
      Written& of =
          out[message.key ? std::string(static_cast<const char*>(message.key), message.key_len)
                          : "(none)"];
      of.partitions.insert(message.partition);
      of.values.emplace_back(static_cast<const char*>(message.payload), message.len);
    });
    return out;
  }
  bool delivers(std::size_t count) const {
    return eventually(
        [&] {
          return metric(http_port, "connector_host_records_delivered_total") >= double(count);
        },
        30s);
  }
};

TEST_F(KeyTest, Records_of_one_key_come_to_one_partition_in_the_order_of_the_queue) {
  make_queue();
  make_topics();
  constexpr int keys = 7, of_each = 300;
  std::vector<std::string> bodies;
  for (int i = 0; i < keys * of_each; ++i) {
    bodies.push_back(R"({"event_id":"e)" + std::to_string(i) + R"(","customer":{"id":"c)" +
                     std::to_string(i % keys) + R"("},"n":)" + std::to_string(1'000'000 + i) + "}");
  }
  publish_bodies(bodies);
  start(source() + "    key: { json: /customer/id }\n" + redis_dedup() + kafka_sink());
  ASSERT_TRUE(delivers(bodies.size())) << log();
  const auto all = written();
  ASSERT_EQ(all.size(), std::size_t(keys));
  std::set<std::int32_t> partitions;
  for (const auto& [key, of] : all) {
    EXPECT_EQ(of.partitions.size(), 1u) << key;
    partitions.insert(*of.partitions.begin());
    EXPECT_EQ(of.values.size(), std::size_t(of_each)) << key;
    const auto number = [](const std::string& value) { return value.substr(value.find("\"n\":")); };
    for (std::size_t i = 1; i < of.values.size(); ++i)
      ASSERT_LT(number(of.values[i - 1]), number(of.values[i])) << key;
  }
  EXPECT_GT(partitions.size(), 1u) << "different keys spread";
}

TEST_F(KeyTest, A_record_that_lacks_a_part_has_no_key_or_is_a_dead_letter) {
  make_queue();
  make_topics();
  publish_bodies({R"({"event_id":"a","tenant":"t","n":1})", R"({"event_id":"b","tenant":"t"})",
                  R"({"event_id":"c","tenant":"u","n":2})"});
  start(source() + "    key: { parts: ['json:/tenant', 'json:/n'] }\n" + redis_dedup() +
        kafka_sink() + kafka_dead_letter());
  ASSERT_TRUE(delivers(3)) << log();
  std::set<std::string> keys;
  for (const auto& [key, of] : written()) keys.insert(key);
  EXPECT_EQ(keys, (std::set<std::string>{R"(["t",1])", R"(["u",2])", "(none)"}));
  EXPECT_EQ(metric(http_port, "connector_host_records_without_key_total"), 1);
  stop();
  publish_bodies({R"({"event_id":"d","tenant":"t"})"});
  start(source() + "    key: { json: /n, on_missing: reject }\n" + redis_dedup() + kafka_sink() +
        kafka_dead_letter());
  EXPECT_TRUE(eventually([&] { return dead_lettered() == 1; }, 30s)) << log();
  EXPECT_EQ(in_topic(dead_topic), (Arrivals{{"d", 1}}));
}

}  // namespace
}  // namespace integration
