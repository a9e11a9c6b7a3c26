// /metrics against docs/metrics.md, both ways, and against promtool. Needs no server: what a plugin
// counts is declared.
#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>

#include "tests/integration/rest_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

// "NAME TYPE {LABELS}", to be compared as text.
std::string line_of(const std::string& name, const std::string& type,
                    const std::set<std::string>& labels) {
  std::string line = name + " " + type + " {";
  for (const std::string& each : labels) line += (line.back() == '{' ? "" : ", ") + each;
  return line + "}";
}

// A row of the tables: | `name` | type | labels | …
std::set<std::string> documented() {
  std::set<std::string> all;
  std::istringstream text(file_text(METRICS_PAGE));
  const std::regex row(
      R"(\| `((?:connector_host|process)_\w+)` \| (counter|gauge|histogram) \| ([^|]*)\|.*)");
  for (std::string line; std::getline(text, line);) {
    std::smatch parts;
    if (!std::regex_match(line, parts, row)) continue;
    std::set<std::string> labels;
    const std::string list = parts[3];
    const std::regex word(R"(\w+)");
    for (std::sregex_iterator at(list.begin(), list.end(), word), end; at != end; ++at)
      labels.insert(at->str());
    EXPECT_TRUE(all.insert(line_of(parts[1], parts[2], labels)).second)
        << "stands there twice: " << line;
  }
  return all;
}

std::set<std::string> documented_kafka_connect_names() {
  std::set<std::string> all;
  const std::string text = file_text(METRICS_PAGE);
  const std::regex row(R"(`(kafka_connect_\w+)`)");
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at)
    all.insert((*at)[1]);
  return all;
}

std::string joined(const std::set<std::string>& lines) {
  std::string text;
  for (const std::string& each : lines) text += each + "\n";
  return text;
}

std::set<std::string> without(const std::set<std::string>& all,
                              const std::set<std::string>& taken) {
  std::set<std::string> rest;
  std::set_difference(all.begin(), all.end(), taken.begin(), taken.end(),
                      std::inserter(rest, rest.end()));
  return rest;
}

class MetricsTest : public RestTest {
 protected:
  // Every shipped component has a place; nobody listens on port 1.
  void start_with_every_plugin(const std::string& more = {}) {
    std::ofstream(folder + "/in.txt") << "a line\n";
    write_topology(
        "  made:\n    id: { json: /event_id }\n    source: { type: generator, rate: 200 }\n    "
        "dedup: { type: memory }\n"
        "    transforms: [{ type: passing }]\n    sink: { type: 'null' }\n"
        "  followed:\n    id: none\n    source: { type: file, path: " +
            folder + "/in.txt }\n    sink: { type: file, path: " + folder +
            "/out.txt }\n"
            "  far:\n    source: { type: rabbitmq, url: 'amqp://guest:guest@127.0.0.1:1/', queue: "
            "q }\n"
            "    dedup: { type: redis, address: '127.0.0.1:1' }\n    sink: { type: kafka, brokers: "
            "'127.0.0.1:1', topic: t }\n"
            "    dead_letter: { type: kafka, brokers: '127.0.0.1:1', topic: t.dlq }\n",
        "plugin_dirs: [" TRANSFORM_DIR "]\n" + more);
    start();
    ASSERT_TRUE(eventually(
        [&] {
          return Scrape::of(http_port).value("connector_host_records_delivered_total",
                                             {{"connector", "made"}}) > 100;
        },
        30s))
        << log();
    ASSERT_TRUE(eventually(
        [&] { return Scrape::of(http_port).families().contains("connector_host_kafka_producers"); },
        30s))
        << log();
  }
};

TEST(ScrapeTest, A_record_that_nobody_accounts_for_is_a_breach_of_the_law_of_its_task) {
  const auto page = [](int received, int delivered) {
    std::string text;
    const auto add = [&](const std::string& name, int value) {
      text += "connector_host_" + name + "{connector=\"a \\\"quoted\\\" one\",task=\"0\"} " +
              std::to_string(value) + "\n";
    };
    add("source_record_poll_total", received);
    add("records_delivered_total", delivered);
    for (const char* name :
         {"records_duplicate_total", "records_dead_lettered_total", "records_dropped_total",
          "records_returned_total", "source_record_active"})
      add(name, 1);
    return text;
  };
  EXPECT_EQ(Scrape(page(15, 10)).breach(), "");
  EXPECT_NE(Scrape(page(16, 10)).breach().find("a \"quoted\" one/0: received 16"),
            std::string::npos);
  EXPECT_EQ(Scrape("").breach(), "");
}

TEST_F(MetricsTest, What_is_scraped_is_documented_and_what_is_documented_is_scraped) {
  ASSERT_NO_FATAL_FAILURE(start_with_every_plugin());
  const Scrape scrape = Scrape::of(http_port);
  std::set<std::string> scraped;
  for (const auto& [name, family] : scrape.families())
    scraped.insert(line_of(name, family.type, family.labels));
  const std::set<std::string> told = documented();
  EXPECT_GT(told.size(), 100u);
  EXPECT_EQ(joined(without(scraped, told)), "")
      << "these are scraped and not (or otherwise) documented";
  EXPECT_EQ(joined(without(told, scraped)), "")
      << "these are documented and not (or otherwise) scraped";
}

TEST_F(MetricsTest, Under_Kafka_Connect_s_names_there_is_what_the_documentation_lists) {
  ASSERT_NO_FATAL_FAILURE(start_with_every_plugin("metrics: { compat: kafka-connect }\n"));
  const Scrape scrape = Scrape::of(http_port);
  std::set<std::string> scraped;
  for (const auto& [name, family] : scrape.families())
    if (name.starts_with("kafka_connect_")) scraped.insert(name);
  const std::set<std::string> told = documented_kafka_connect_names();
  EXPECT_GT(told.size(), 50u);
  EXPECT_EQ(joined(without(scraped, told)), "") << "these are scraped and not documented";
  EXPECT_EQ(joined(without(told, scraped)), "") << "these are documented and not scraped";
  EXPECT_EQ(scrape.value("connector_host_metrics_errors_total"), 0);
  const Scrape::Labels task = {{"connector", "made"}, {"task", "0"}};
  EXPECT_EQ(scrape.value("kafka_connect_source_task_metrics_source_record_poll_total", task),
            scrape.value("connector_host_source_record_poll_total", task));
  EXPECT_TRUE(eventually(
      [&] {
        return Scrape::of(http_port).value("kafka_connect_source_task_source_record_poll_rate",
                                           task) > 10;
      },
      30s));
}

TEST_F(MetricsTest, Each_counter_begins_at_0_and_is_there_before_anything_happened) {
  write_topology(
      "  far:\n    source: { type: rabbitmq, url: 'amqp://guest:guest@127.0.0.1:1/', queue: q }\n  "
      "  dedup: { type: redis, address: '127.0.0.1:1' }\n"
      "    sink: { type: kafka, brokers: '127.0.0.1:1', topic: t }\n    dead_letter: { type: "
      "kafka, brokers: '127.0.0.1:1', topic: t.dlq }\n");
  start();
  ASSERT_TRUE(eventually(
      [&] { return Scrape::of(http_port).families().contains("connector_host_kafka_producers"); },
      30s))
      << log();
  const Scrape scrape = Scrape::of(http_port);
  for (const char* name :
       {"records_delivered_total", "records_dead_lettered_total", "records_skipped_total",
        "dlq_produce_failures_total", "dedup_checks_total", "task_restarts_total",
        "end_to_end_seconds_count", "kafka_sent_messages_total", "rabbitmq_queue_depth_messages",
        "redis_timeouts_total"})
    EXPECT_EQ(scrape.value(std::string("connector_host_") + name, {{"connector", "far"}}), 0)
        << name;
}

TEST_F(MetricsTest, Promtool_finds_nothing_to_complain_about) {
  ASSERT_NO_FATAL_FAILURE(start_with_every_plugin());
  const std::string page = folder + "/metrics.txt";
  std::ofstream(page) << Scrape::of(http_port).text();
  const Finished checked = run({"/bin/sh", "-c", "promtool check metrics <" + page});
  EXPECT_EQ(checked.code, 0) << checked.output;
  std::ofstream(page) << "connector_host_things 1\nconnector_host_things 2\n";
  EXPECT_NE(run({"/bin/sh", "-c", "promtool check metrics <" + page}).code, 0)
      << "it takes anything";
}

}  // namespace
}  // namespace integration
