// A real Jaeger: what its users see of a record on its way. ./dev test jaeger starts one; without
// it these tests skip.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <set>

#include "tests/integration/jaeger.hpp"
#include "tests/integration/line_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;
using Tags = std::map<std::string, std::string>;

std::string address(const char* variable) {
  const char* const value = std::getenv(variable);
  return value ? value : "";
}

// An id of OTLP, of this many bytes.
std::string new_id(int bytes) {
  static std::random_device random;
  std::string out;
  for (int i = 0; i < 2 * bytes; ++i) out += "123456789abcdef"[random() % 15];
  return out;
}

// Of a trace's spans, the one of this name; an empty one, and a failure, when there are none or
// several.
JaegerSpan named(const std::vector<JaegerSpan>& spans, const std::string& name) {
  EXPECT_EQ(std::count_if(spans.begin(), spans.end(),
                          [&](const JaegerSpan& each) { return each.name == name; }),
            1)
      << name;
  const auto found = std::find_if(spans.begin(), spans.end(),
                                  [&](const JaegerSpan& each) { return each.name == name; });
  return found == spans.end() ? JaegerSpan{} : *found;
}

void expect_tags(const JaegerSpan& span, const Tags& wanted) {
  for (const auto& [key, value] : wanted) {
    const auto found = span.tags.find(key);
    EXPECT_EQ(found == span.tags.end() ? "(none)" : found->second, value)
        << key << " of " << span.name;
  }
}

class JaegerTest : public LineTest {
 protected:
  JaegerTest() : jaeger(address("CONNECTOR_TEST_JAEGER"), address("CONNECTOR_TEST_JAEGER_OTLP")) {
    // A service of its own: other tests' traces are in the same Jaeger.
    service = "host-" + queue;
    more_variables = {{"OTEL_EXPORTER_OTLP_ENDPOINT", jaeger.endpoint()},
                      {"OTEL_SERVICE_NAME", service},
                      {"OTEL_BSP_SCHEDULE_DELAY", "100"}};
  }
  void SetUp() override {
    if (address("CONNECTOR_TEST_JAEGER").empty())
      GTEST_SKIP() << "needs CONNECTOR_TEST_JAEGER: ./dev test jaeger";
    LineTest::SetUp();
  }

  // The shipped line, and a transform in it.
  void start_line() {
    http_port = free_port();
    std::ofstream(folder + "/t.yaml")
        << "connectors:\n  orders:\n    id: { json: /event_id }\n"
           "    source: { type: rabbitmq, url: '${RABBITMQ_URL}', queue: '${RABBITMQ_QUEUE}' }\n"
           "    dedup: { type: redis, address: '${REDIS_ADDR}', scope: '${RABBITMQ_QUEUE}' }\n    "
           "transforms: [{ type: passing, name: enrich }]\n"
           "    sink: { type: kafka, brokers: '${KAFKA_BROKERS}', topic: '${KAFKA_TOPIC}' }\n"
           "    dead_letter: { type: kafka, brokers: '${KAFKA_BROKERS}', topic: "
           "'${KAFKA_DLQ_TOPIC}' }\n"
           "http: { listen: '${HTTP_LISTEN}' }\nadmin: { listen: '${ADMIN_LISTEN}' }\nstate_dir: "
           "'${STATE_DIR}'\n"
           "plugin_dirs: [" TRANSFORM_DIR "]\n";
    host = std::make_unique<Program>(
        std::vector<std::string>{CONNECTOR_HOST, "--topology", folder + "/t.yaml"}, environment(),
        folder + "/host.log");
  }
  void publish_with(const Plan& plan, const std::string& traceparent) {
    const Finished sent = event_tool(
        {"publish", "--url", "amqp://guest:guest@" + rabbitmq, "--queue", queue, "--count",
         std::to_string(plan.count), "--seed", std::to_string(plan.seed), "--duplicates", "0",
         "--poison", std::to_string(plan.poison), "--header", "traceparent=" + traceparent});
    ASSERT_EQ(sent.code, 0) << sent.output;
  }
  // What a consumer of the topic gets as its context: the trace and the span that it is to
  // continue.
  std::pair<std::string, std::string> context_in(const std::string& from) const {
    const std::string headers = run({"/usr/bin/kcat", "-b", kafka, "-C", "-q", "-t", from, "-o",
                                     "beginning", "-e", "-f", "%h\n"})
                                    .output;
    const std::size_t at = headers.find("traceparent=00-");
    EXPECT_NE(at, std::string::npos) << headers;
    if (at == std::string::npos) return {};
    return {headers.substr(at + 15, 32), headers.substr(at + 48, 16)};
  }
  std::vector<JaegerSpan> trace_of(const std::string& id, std::size_t spans) const {
    std::vector<JaegerSpan> out;
    EXPECT_TRUE(eventually([&] { return (out = jaeger.trace(id)).size() >= spans; }, 20s))
        << out.size() << " spans";
    return out;
  }

  const Jaeger jaeger;
  std::string service;
};

TEST_F(JaegerTest, One_trace_shows_a_record_from_its_publisher_to_its_consumer) {
  const std::string trace = new_id(16), publisher = new_id(8), consumer = new_id(8);
  make_queue();
  const Plan sent = plan(1, 0);
  ASSERT_TRUE(jaeger.take({"shop-" + queue, trace, publisher, "", "send " + queue, 4}));
  publish_with(sent, "00-" + trace + "-" + publisher + "-01");
  start_line();
  EXPECT_EQ(verify_and_stop(sent, 60).code, 0);
  const auto [continued, written] = context_in(topic);
  EXPECT_EQ(continued, trace);
  ASSERT_TRUE(
      jaeger.take({"billing-" + queue, continued, consumer, written, "process " + topic, 5}));

  const std::vector<JaegerSpan> spans = trace_of(trace, 6);
  ASSERT_EQ(spans.size(), 6u);
  const JaegerSpan send = named(spans, "send " + queue), receive = named(spans, "receive " + queue),
                   dedup = named(spans, "dedup"), transform = named(spans, "transform enrich"),
                   publish = named(spans, "publish " + topic),
                   process = named(spans, "process " + topic);
  EXPECT_EQ(send.parent, "");
  EXPECT_EQ(receive.parent, send.id);
  for (const JaegerSpan& step : {dedup, transform, publish}) {
    EXPECT_EQ(step.parent, receive.id) << step.name;
    EXPECT_GE(step.start, receive.start) << step.name;
    EXPECT_LE(step.start + step.length, receive.start + receive.length) << step.name;
    EXPECT_EQ(step.warnings, "")
        << step.name;  // of a skew of clocks, as one would be between receive and its publisher
  }
  EXPECT_LE(dedup.start, transform.start);
  EXPECT_LE(transform.start, publish.start);
  EXPECT_EQ(process.parent, publish.id);

  expect_tags(receive, {{"span.kind", "consumer"},
                        {"messaging.system", "rabbitmq"},
                        {"messaging.operation.name", "receive"},
                        {"messaging.operation.type", "receive"},
                        {"messaging.destination.name", queue},
                        {"connector_host.connector", "orders"},
                        {"connector_host.task", "0"},
                        {"connector_host.outcome", "delivered"}});
  EXPECT_GT(std::atoi(receive.tags.at("messaging.message.body.size").c_str()), 0);
  expect_tags(dedup, {{"span.kind", "internal"},
                      {"connector_host.dedup.store", "redis"},
                      {"connector_host.dedup.result", "new"}});
  expect_tags(transform, {{"span.kind", "internal"}});
  expect_tags(publish, {{"span.kind", "producer"},
                        {"messaging.system", "kafka"},
                        {"messaging.operation.name", "publish"},
                        {"messaging.operation.type", "send"},
                        {"messaging.destination.name", topic}});
  for (const JaegerSpan& ours : {receive, dedup, transform, publish}) {
    EXPECT_EQ(ours.service, service) << ours.name;
    EXPECT_FALSE(ours.tags.contains("error")) << ours.name;
    EXPECT_TRUE(ours.process.contains("service.version")) << ours.name;
    EXPECT_TRUE(ours.process.contains("service.instance.id")) << ours.name;
  }
  EXPECT_EQ(process.service, "billing-" + queue);
}

TEST_F(JaegerTest, A_dead_letter_is_an_error_with_its_reason_and_its_trace_goes_on) {
  const std::string trace = new_id(16), publisher = new_id(8);
  make_queue();
  const Plan sent = plan(20, 0, 0.5);
  publish_with(sent, "00-" + trace + "-" + publisher + "-01");
  start_line();
  const Account account = verify_and_stop(sent, 60);
  EXPECT_EQ(account.code, 0);
  ASSERT_GT(account.dead_lettered, 0);

  // Of a record that has no id: receive and publish; of the others two more.
  const std::size_t dead = std::size_t(account.dead_lettered), expected = 20 * 4 - dead * 2;
  const std::vector<JaegerSpan> spans = trace_of(trace, expected);
  EXPECT_EQ(spans.size(), expected);
  std::map<std::string, JaegerSpan> failed;  // by their ids
  std::set<std::string> written;             // the contexts of the dead letters
  for (const JaegerSpan& each : spans) {
    if (each.tags.contains("error")) failed[each.id] = each;
  }
  for (const JaegerSpan& each : spans) {
    if (each.name != "publish " + dead_topic) continue;
    EXPECT_TRUE(failed.contains(each.parent)) << "not below the span that says why";
    EXPECT_FALSE(each.tags.contains("error")) << "the dead letter itself was written";
    written.insert(each.id);
  }
  EXPECT_EQ(failed.size(), dead);
  EXPECT_EQ(written.size(), dead);
  for (const auto& [id, receive] : failed) {
    EXPECT_EQ(receive.name, "receive " + queue);
    expect_tags(receive, {{"otel.status_code", "ERROR"},
                          {"error.type", "IDENTIFY"},
                          {"connector_host.outcome", "dead_lettered"}});
    EXPECT_TRUE(receive.tags.contains("otel.status_description"));
  }
  const auto [continued, parent] = context_in(dead_topic);
  EXPECT_EQ(continued, trace);
  EXPECT_TRUE(written.contains(parent)) << parent;
}

TEST_F(JaegerTest, A_batch_links_to_the_records_whose_publishers_decided_against_a_trace) {
  const std::string trace = new_id(16), publisher = new_id(8);
  make_queue();
  const Plan sent = plan(5, 0);
  publish_with(sent, "00-" + trace + "-" + publisher + "-00");
  start_line();
  EXPECT_EQ(verify_and_stop(sent, 60).code, 0);

  std::vector<JaegerSpan> batches;
  std::size_t links = 0;
  EXPECT_TRUE(eventually(
      [&] {
        batches = jaeger.spans_of(service, "process batch");
        links = 0;
        for (const JaegerSpan& each : batches) links += each.links.size();
        return links >= 5;
      },
      20s))
      << links << " links in " << batches.size() << " spans";
  EXPECT_EQ(links, 5u) << "one for each record, in however many batches they came";
  for (const JaegerSpan& batch : batches) {
    expect_tags(batch, {{"messaging.batch.message_count", std::to_string(batch.links.size())},
                        {"connector_host.connector", "orders"}});
    for (const std::string& link : batch.links) EXPECT_EQ(link, trace + "-" + publisher);
    EXPECT_NE(batch.trace, trace);
  }
  EXPECT_TRUE(jaeger.trace(trace).empty()) << "nobody wanted this trace";
}

}  // namespace
}  // namespace integration
