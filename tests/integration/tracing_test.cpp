// The shipped line with a collector: one trace from the publisher of a message to the reader of its
// record; and collectors that are no help.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "tests/integration/line_fixture.hpp"
#include "tests/integration/span_collector.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

constexpr const char* trace = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr const char* publisher = "00f067aa0ba902b7";

class TracingTest : public LineTest {
 protected:
  void trace_to(const std::string& endpoint) {
    more_variables = {{"OTEL_EXPORTER_OTLP_ENDPOINT", endpoint},
                      {"OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"},
                      {"OTEL_BSP_SCHEDULE_DELAY", "100"}};
  }
  void publish_with(const Plan& plan, const std::string& traceparent) {
    const Finished sent =
        event_tool({"publish", "--url", "amqp://guest:guest@" + rabbitmq, "--queue", queue,
                    "--count", std::to_string(plan.count), "--seed", std::to_string(plan.seed),
                    "--poison", std::to_string(plan.poison), "--header",
                    "traceparent=" + traceparent, "--header", "tracestate=vendor=1"});
    ASSERT_EQ(sent.code, 0) << sent.output;
  }
  // A line for each record: its headers.
  std::string headers_in_kafka() const {
    return run({"/usr/bin/kcat", "-b", kafka, "-C", "-q", "-t", topic, "-o", "beginning", "-e",
                "-f", "%h\n"})
        .output;
  }
};

TEST_F(TracingTest, One_trace_runs_from_the_publisher_to_the_reader_of_the_record) {
  SpanCollector collector;
  trace_to(collector.endpoint());
  make_queue();
  const Plan sent = plan(1, 0);
  publish_with(sent, std::string("00-") + trace + "-" + publisher + "-01");
  start_host();
  EXPECT_EQ(verify_and_stop(sent, 60).code, 0);

  const auto spans = collector.spans();
  ASSERT_EQ(spans.size(), 3u) << collector.text();
  for (const CollectedSpan& each : spans) EXPECT_EQ(each.trace, trace) << each.name;
  const auto named = [&](const std::string& name) {
    return *std::find_if(spans.begin(), spans.end(),
                         [&](const CollectedSpan& each) { return each.name == name; });
  };
  const CollectedSpan receive = named("receive " + queue), dedup = named("dedup"),
                      publish = named("publish " + topic);
  EXPECT_EQ(receive.parent, publisher);
  EXPECT_EQ(receive.kind, 5);
  EXPECT_EQ(dedup.parent, receive.id);
  EXPECT_EQ(publish.parent, receive.id);
  EXPECT_EQ(publish.kind, 4);
  const std::string headers = headers_in_kafka();
  EXPECT_NE(headers.find("traceparent=00-" + std::string(trace) + "-" + publish.id + "-01"),
            std::string::npos)
      << headers;
  EXPECT_NE(headers.find("tracestate=vendor=1"), std::string::npos) << headers;
  EXPECT_EQ(headers.find(publisher), std::string::npos)
      << "the publisher's own context went on beside ours: " << headers;
  EXPECT_EQ(collector.text().find("guest:"), std::string::npos);
  for (const char* each : {R"({"key":"service.name","value":{"stringValue":"connector-host"}})",
                           R"("service.instance.id")", R"("service.version")"})
    EXPECT_NE(collector.text().find(each), std::string::npos)
        << each << " is not in " << collector.text();
}

// What is in it, SpanEncoderTest reads with OpenTelemetry's own messages, and JaegerTest as its
// users see it.
TEST_F(TracingTest, Spans_are_sent_in_protobuf_unless_told_otherwise) {
  SpanCollector collector;
  trace_to(collector.endpoint());
  more_variables.erase("OTEL_EXPORTER_OTLP_PROTOCOL");
  make_queue();
  const Plan sent = plan(1, 0);
  publish_with(sent, std::string("00-") + trace + "-" + publisher + "-01");
  start_host();
  EXPECT_EQ(verify_and_stop(sent, 60).code, 0);
  const std::string text = collector.text();
  ASSERT_FALSE(text.empty());
  EXPECT_EQ(text[0], '\x0A') << "field 1, which has a length";
  for (const char* each :
       {"service.instance.id", "connector-host", "receive ", "dedup", "publish "})
    EXPECT_NE(text.find(each), std::string::npos) << each;
}

TEST_F(TracingTest, Without_a_collector_the_context_of_a_message_is_that_of_its_record) {
  make_queue();
  const Plan sent = plan(1, 0);
  const std::string context = std::string("00-") + trace + "-" + publisher + "-01";
  publish_with(sent, context);
  start_host();
  EXPECT_EQ(verify_and_stop(sent, 60).code, 0);
  EXPECT_NE(headers_in_kafka().find("traceparent=" + context), std::string::npos);
}

TEST_F(TracingTest, A_collector_that_is_away_is_told_and_counted_and_its_secrets_are_not) {
  trace_to("http://user:Canary-in-url@127.0.0.1:1");
  more_variables["OTEL_EXPORTER_OTLP_HEADERS"] = "authorization=Bearer%20Canary-in-header";
  make_queue();
  const Plan sent = plan(50, 0);
  publish(sent);
  start_host();
  EXPECT_TRUE(eventually(
      [&] { return log().find("the collector did not take") != std::string::npos; }, 30s))
      << log();
  EXPECT_NE(log().find("connection failed"), std::string::npos) << "why: " << log();
  EXPECT_TRUE(
      eventually([&] { return metric(http_port, "connector_host_trace_spans_total") > 0; }, 10s))
      << "dropped, the first of its series";
  EXPECT_NE(http_get(http_port, "/metrics")
                .body.find("connector_host_trace_spans_total{result=\"exported\"} 0\n"),
            std::string::npos);
  EXPECT_EQ(verify_and_stop(sent, 60).code, 0);
  EXPECT_EQ(log().find("Canary"), std::string::npos) << log();
}

TEST_F(TracingTest, A_line_about_a_traced_record_has_its_trace_id) {
  SpanCollector collector;
  trace_to(collector.endpoint());
  make_queue();
  const Plan sent = plan(20, 0, 0.5);
  publish_with(sent, std::string("00-") + trace + "-" + publisher + "-01");
  start_host();
  EXPECT_TRUE(eventually(
      [&] { return log().find("a record was dead-lettered") != std::string::npos; }, 60s))
      << log();
  const std::string text = log();
  const std::size_t line = text.find("a record was dead-lettered");
  EXPECT_NE(text.substr(line, text.find('\n', line) - line).find(trace), std::string::npos) << text;
  EXPECT_EQ(stop_host(), 0);
}

TEST_F(TracingTest, A_collector_that_hangs_delays_neither_records_nor_the_end) {
  const int silent = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(silent, reinterpret_cast<const sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(silent, 16), 0);  // the kernel accepts, nobody reads
  ::getsockname(silent, reinterpret_cast<sockaddr*>(&address), &size);
  trace_to("http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
  make_queue();
  const Plan sent = plan(20'000);
  publish(sent);
  start_host();
  EXPECT_EQ(verify(sent, 60).code, 0);
  ASSERT_TRUE(
      eventually([&] { return metric(http_port, "connector_host_trace_spans_total") >= 0; }, 10s));
  std::chrono::milliseconds took{};
  EXPECT_EQ(stop_host(&took), 0) << log();
  EXPECT_LT(took, 6s) << "an export may take ten";
  ::close(silent);
}

}  // namespace
}  // namespace integration
