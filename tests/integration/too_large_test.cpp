// Records that Kafka refuses as too large, as sink and as dead letter.
#include <fstream>

#include "tests/integration/event_tool/record_headers.hpp"
#include "tests/integration/event_tool/topic_reader.hpp"
#include "tests/integration/events_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

class TooLargeTest : public EventsTest {
 protected:
  static std::string large_body(std::size_t bytes) {
    return R"({"event_id":"large","filling":")" + std::string(bytes, 'f') + R"("})";
  }
  std::string dead_letter(const std::string& more) const {
    return "    dead_letter: { type: kafka, brokers: '" + kafka + "', topic: " + dead_topic + more +
           " }\n";
  }
  void start_with(std::size_t bytes, const std::string& dead_letter) {
    make_queue();
    make_topics();
    publish_bodies({body_of(0), large_body(bytes), body_of(1)});
    start(source() + redis_dedup() + kafka_sink() + dead_letter);
  }
};

TEST_F(TooLargeTest,
       A_record_too_large_for_a_topic_as_dead_letter_fails_the_task_and_stays_in_the_queue) {
  start_with(1'500'000, dead_letter(""));
  ASSERT_TRUE(eventually(
      [&] { return status().find("dead_letter.on_too_large: truncate") != std::string::npos; },
      60s))
      << log();
  EXPECT_NE(status().find("the dead letter (kafka " + dead_topic + ") refused a record of 1500"),
            std::string::npos)
      << status();
  stop_host();
  EXPECT_EQ(in_topic(dead_topic), Arrivals{});
  EXPECT_EQ(in_topic(topic).count("large"), 0u);
  EXPECT_GE(ready_in_queue(), 1);
}

TEST_F(TooLargeTest, With_truncate_the_dead_letter_has_its_beginning_size_and_digest) {
  start_with(1'500'000, dead_letter(", on_too_large: truncate"));
  ASSERT_TRUE(eventually([&] { return dead_lettered() == 1 && delivered() == 2 && idle(); }, 60s))
      << log();
  stop();
  std::size_t size = 0;
  std::optional<std::string> whole_size;
  event_tool::TopicReader reader(kafka, dead_topic);
  reader.read_to_end([&](const rd_kafka_message_t& message) {
    size = message.len;
    for (const auto& [name, value] : event_tool::headers_of(message)) {
      if (name == "__connect.errors.truncated.size") whole_size = value;
    }
  });
  EXPECT_EQ(size, 4096u);
  EXPECT_EQ(whole_size, std::to_string(large_body(1'500'000).size()));
}

TEST_F(TooLargeTest, A_file_as_dead_letter_takes_a_record_of_5_MB_whole) {
  start_with(5'000'000, file_dead_letter());
  ASSERT_TRUE(eventually([&] { return dead_lettered() == 1 && delivered() == 2 && idle(); }, 60s))
      << log();
  stop();
  std::ifstream file(folder + "/dead.jsonl");
  std::string line;
  ASSERT_TRUE(std::getline(file, line));
  EXPECT_TRUE(line == large_body(5'000'000)) << line.size() << " bytes: " << line.substr(0, 100);
}

}  // namespace
}  // namespace integration
