// Going on from the keys of the service that this one replaces (plugins/redis/README.md), and
// messages that Kafka cannot take.
#include <sstream>

#include "tests/integration/line_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

class TakeoverTest : public LineTest {
 protected:
  // The shipped line with the dedup store of the README.
  void start_with_its_keys() {
    start_connector("    dedup: { type: redis, address: '" + redis +
                    "', scope: '', key_template: 'processed:{id}', legacy_done: ['1'] }\n");
  }
  std::string in_kafka(const std::string& of_topic, const std::string& format) const {
    return run({"/usr/bin/kcat", "-b", kafka, "-C", "-q", "-t", of_topic, "-o", "beginning", "-e",
                "-f", format})
        .output;
  }
  void remember_as_the_old_service_did(const std::string& id) const {
    const std::size_t colon = redis.find(':');
    ASSERT_EQ(run({"/usr/bin/redis-cli", "-h", redis.substr(0, colon), "-p",
                   redis.substr(colon + 1), "SET", "processed:" + id, "1", "PX", "600000"})
                  .output,
              "OK\n");
  }
};

TEST_F(TakeoverTest, What_the_old_service_delivered_is_not_published_again_and_everything_else_is) {
  make_queue();
  make_topics();
  const Plan old_events = plan(50, 0), new_events = plan(300, 0);
  publish(old_events);
  start_host();  // only to learn their ids
  ASSERT_EQ(verify_and_stop(old_events, 60).code, 0);
  std::istringstream ids(in_kafka(topic, "%k\n"));
  int remembered = 0;
  for (std::string id; std::getline(ids, id); ++remembered) remember_as_the_old_service_did(id);
  ASSERT_EQ(remembered, 50);

  topic += ".after";
  make_topics();
  publish(old_events);
  publish(new_events);
  start_with_its_keys();
  EXPECT_EQ(verify_and_stop(new_events, 60).code, 0) << log();
  std::istringstream written(in_kafka(topic, "%k\n"));
  int records = 0;
  for (std::string id; std::getline(written, id);) ++records;
  EXPECT_EQ(records, 300) << "not one of the old ones is among them";
}

}  // namespace
}  // namespace integration
