// configs/rmq-to-kafka.yaml: it says what it promises, and no damage to it makes the loader throw,
// hang or crash.
#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <fstream>
#include <random>
#include <sstream>

#include "host/topology/problems.hpp"
#include "tests/unit/topology/loading.hpp"

namespace connector_host::topology {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

const std::string path = CONNECTOR_SOURCE_DIR "/configs/rmq-to-kafka.yaml";

std::string shipped() {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

TEST(ShippedTopology, Runs_without_any_variable) {
  Loading loading;
  const auto loaded = loading.file(path);
  ASSERT_TRUE(loaded.config) << testing::PrintToString(Loading::lines(loaded));
  const TopologyConfig& config = *loaded.config;
  EXPECT_EQ(config.state_dir, "/var/lib/connector-host");
  EXPECT_EQ(config.log.level, "info");
  EXPECT_EQ(config.http.listen.port, 8080);
  EXPECT_EQ(config.admin.listen.port, 8083);
  ASSERT_EQ(config.connectors.size(), 1u);
  const ConnectorConfig& connector = config.connectors[0];
  EXPECT_EQ(connector.name, "rmq-to-kafka");
  EXPECT_EQ(connector.workers, 2u);
  EXPECT_EQ(connector.hold_max, 10min);
  const json source = json::parse(connector.source.json),
             dedup = json::parse(connector.dedup->component.json);
  const json sink = json::parse(connector.sink.json),
             dead_letter = json::parse(connector.dead_letter->json);
  EXPECT_EQ(source["url"], "amqp://guest:guest@localhost:5672/");
  EXPECT_EQ(source["queue"], "events");
  EXPECT_EQ(source["prefetch"], 2000);
  EXPECT_EQ(dedup["address"], "localhost:6379");
  EXPECT_EQ(dedup["ttl"], 86'400'000);
  EXPECT_EQ(sink["brokers"], json({"localhost:9092"}));
  EXPECT_EQ(sink["topic"], "processed_events");
  EXPECT_EQ(sink["compression"], "none");
  EXPECT_EQ(dead_letter["topic"], "processed_events.dlq");
}

TEST(ShippedTopology, Takes_the_variables_of_the_service_it_replaces) {
  Loading loading;
  loading.variables = {{"RABBITMQ_URL", "amqp://u:p@r/"},
                       {"RABBITMQ_QUEUE", "q"},
                       {"KAFKA_BROKERS", "a:1,b:2"},
                       {"KAFKA_TOPIC", "t"},
                       {"KAFKA_DLQ_TOPIC", "d"},
                       {"REDIS_ADDR", "redis:6379"},
                       {"LOG_LEVEL", "WARN"},
                       {"STATE_DIR", "/tmp/s"}};
  const auto loaded = loading.file(path);
  ASSERT_TRUE(loaded.config) << testing::PrintToString(Loading::lines(loaded));
  const ConnectorConfig& connector = loaded.config->connectors[0];
  EXPECT_EQ(json::parse(connector.source.json)["url"], "amqp://u:p@r/");
  EXPECT_EQ(json::parse(connector.source.json)["queue"], "q");
  EXPECT_EQ(json::parse(connector.sink.json)["brokers"], json({"a:1", "b:2"}));
  EXPECT_EQ(json::parse(connector.sink.json)["topic"], "t");
  EXPECT_EQ(json::parse(connector.dead_letter->json)["topic"], "d");
  EXPECT_EQ(json::parse(connector.dedup->component.json)["address"], "redis:6379");
  EXPECT_EQ(loaded.config->log.level, "warn");
  EXPECT_EQ(loaded.config->state_dir, "/tmp/s");
  EXPECT_EQ(connector.source.raw.at("url").text,
            "${RABBITMQ_URL:-amqp://guest:guest@localhost:5672/}");
}

// Whatever comes out, it is a config without problems or problems without a config, soon, and
// without an exception.
void expect_an_answer(Loading& loading, const std::string& text) {
  const std::clock_t begin = std::clock();
  const auto loaded = loading.text(text);
  EXPECT_EQ(loaded.config.has_value(), loaded.problems.empty());
  EXPECT_LE(loaded.problems.size(), Problems::most + 1);
  for (const Problem& problem : loaded.problems)
    EXPECT_EQ(problem.line().find('\n'), std::string::npos);
  EXPECT_LT((std::clock() - begin) / CLOCKS_PER_SEC, 10) << text;
}

TEST(ShippedTopology, Cut_off_anywhere_gets_an_answer) {
  Loading loading;
  const std::string text = shipped();
  for (std::size_t size = 0; size < text.size(); ++size)
    expect_an_answer(loading, text.substr(0, size));
}

TEST(ShippedTopology, With_any_byte_changed_gets_an_answer) {
  Loading loading;
  const std::string text = shipped();
  std::mt19937 random(20240607);
  const std::string interesting(
      "\0\x04\t\n\r !\"#$%&'*,-.:<>?@[\\]^`{|}~\x7f\x80\xbf\xc3\xe2\xed\xf0\xff", 40);
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = at % 2 == 0 ? interesting[random() % interesting.size()] : char(random());
    expect_an_answer(loading, changed);
  }
}

TEST(ShippedTopology, With_pieces_moved_repeated_and_removed_gets_an_answer) {
  Loading loading;
  const std::string text = shipped();
  const std::string tokens[] = {"${",   "$${",  "}",      ": ",    "- ",          "&a ",
                                "*a",   "<<: ", "!!map ", "---\n", "...\n",       "|\n",
                                ">-\n", "\"",   "'",      "{",     "[",           "]",
                                ", ",   "? ",   "\n",     "~",     "%YAML 1.2\n", "\xEF\xBB\xBF"};
  std::mt19937 random(7);
  for (int round = 0; round < 4000; ++round) {
    std::string changed = text;
    for (int edits = int(random() % 4); edits >= 0; --edits) {
      const std::size_t at = random() % changed.size(), length = random() % 80;
      if (random() % 3 == 0) changed.erase(at, length);
      if (random() % 3 == 0)
        changed.insert(random() % (changed.size() + 1),
                       changed.substr(at % (changed.size() + 1), length));
      if (random() % 2 == 0)
        changed.insert(random() % (changed.size() + 1), tokens[random() % std::size(tokens)]);
      if (changed.empty()) changed = "x";
    }
    expect_an_answer(loading, changed);
  }
}

}  // namespace
}  // namespace connector_host::topology
