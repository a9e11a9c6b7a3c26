// What a task tells a collector of its records, and what it tells their readers: through a whole
// task, because a trace is made on all of its threads.
#include <gtest/gtest.h>
#include <connector/plugin.hpp>
#include <connector/testing/plugin_under_test.hpp>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "host/pipeline/task.hpp"
#include "host/world/real_world.hpp"
#include "tests/unit/tracing/held_collector.hpp"

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;
using tracing::FinishedSpan;

constexpr std::string_view sampled = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
constexpr std::string_view unsampled = "00-aaf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

struct Given {
  std::string id;
  std::vector<std::pair<std::string, std::string>> headers;
};

// What the source hands out and what the sinks got. Of the test that runs.
struct TracedWorld {
  std::vector<Given> given;
  std::mutex mutex;  // guards the rest
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> written, dead;
};
TracedWorld* traced = nullptr;

class GivenSource : public connector::Source {
 public:
  static constexpr std::string_view type = "given", description = "Hands out what a test gives.";
  GivenSource(connector::Host, const connector::Config&) {}

  connector::PollResult poll(std::uint32_t max_records, std::uint64_t, connector_batch& out,
                             connector::Call&) override {
    if (at_ == traced->given.size()) return connector::PollResult::end;
    auto batch = pool_.take();
    for (; batch->record_count() < max_records && at_ < traced->given.size(); ++at_) {
      const Given& given = traced->given[at_];
      connector_record& record = batch->add();
      record.value = batch->copy("{\"event_id\":\"" + given.id + "\"}");
      record.position = at_ + 1;
      std::vector<connector_header>& headers = headers_.emplace_back();
      for (const auto& [name, value] : given.headers)
        headers.push_back({connector::view(name), connector::view(value), CONNECTOR_TEXT, 0});
      record.headers = headers.data();
      record.header_count = headers.size();
    }
    pool_.finish(std::move(batch), out);
    return connector::PollResult::more;
  }
  void wake() override {}
  void ack(std::span<const std::uint64_t>, connector::Call&) override {}
  void nack(std::span<const std::uint64_t>, bool, connector::Call&) override {}

 private:
  connector::BatchPool pool_;
  std::deque<std::vector<connector_header>> headers_;
  std::size_t at_ = 0;
};

class NewStore : public connector::DedupStore {
 public:
  static constexpr std::string_view type = "new", description = "Has never seen anything.";
  NewStore(connector::Host, const connector::Config&) {}
  void claim(std::string_view, std::chrono::milliseconds, connector::Ids,
             std::span<connector::Claim> states, connector::Call&) override {
    std::fill(states.begin(), states.end(), connector::Claim::is_new);
  }
  void renew(std::string_view, std::chrono::milliseconds, connector::Ids,
             std::span<connector::Claim> states, connector::Call&) override {
    std::fill(states.begin(), states.end(), connector::Claim::is_new);
  }
  void commit(connector::Ids, connector::Call&) override {}
  void release(std::string_view, connector::Ids, connector::Call&) override {}
};

// Twice what it gets, without the headers.
class TwiceTransform : public connector::Transform {
 public:
  static constexpr std::string_view type = "twice", description = "Says everything twice.";
  TwiceTransform(connector::Host, const connector::Config&) {}
  void apply(connector::Records records, connector::Outputs& outputs, connector::Outcomes&,
             connector::Call&) override {
    for (std::size_t i = 0; i < records.size(); ++i) {
      for (int times = 0; times < 2; ++times) {
        connector_record& out = outputs.emit(i);
        out = records[i].raw();
        out.headers = nullptr;
        out.header_count = 0;
      }
    }
  }
};

std::vector<std::pair<std::string, std::string>> headers_of(const connector::Record& record) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const connector_header& each : record.headers())
    out.emplace_back(connector::text(each.name), connector::text(each.value));
  return out;
}

class NotingSink : public connector::Sink {
 public:
  static constexpr std::string_view type = "noting",
                                    description =
                                        "Notes what it gets; refuses ids that end with 'bad'.";
  NotingSink(connector::Host, const connector::Config&) {}
  void write(connector::Records records, connector::Outcomes& outcomes, connector::Call&) override {
    std::lock_guard lock(traced->mutex);
    for (std::size_t i = 0; i < records.size(); ++i) {
      const std::string id(records[i].id());
      if (id.ends_with("bad")) {
        outcomes.reject(i, "it is bad");
        continue;
      }
      traced->written[std::string(records[i].value())] = headers_of(records[i]);
      outcomes.delivered(i);
    }
  }
};

class DeadSink : public connector::Sink {
 public:
  static constexpr std::string_view type = "dead", description = "Notes what it gets.";
  DeadSink(connector::Host, const connector::Config&) {}
  void write(connector::Records records, connector::Outcomes& outcomes, connector::Call&) override {
    std::lock_guard lock(traced->mutex);
    for (std::size_t i = 0; i < records.size(); ++i) {
      traced->dead[std::string(records[i].value())] = headers_of(records[i]);
      outcomes.delivered(i);
    }
  }
};

class TaskTracingTest : public testing::Test {
 protected:
  TaskTracingTest() {
    traced = &traced_world;
    settings.connector = settings.scope = "x";
    settings.owner = "x/0";
    settings.workers = 1;
    settings.source_name = {"rabbitmq", "events"};
    settings.sink_name = {"kafka", "orders"};
    settings.dead_letter_name = {"kafka", "orders.dlq"};
    settings.dedup_system = "redis";
    settings.transform_names = {"twice"};
    tracer_settings.on = true;
  }

  // Carries what is given, and gives the spans.
  std::vector<FinishedSpan> run(bool with_transform = false) {
    tracing::HeldCollector collector;
    tracing::Tracer tracer(tracer_settings, world, collector.exporter(), [](const std::string&) {});
    tracer.start();
    const connector::testing::FakeHost host;
    plugin::SourceHandle source(connector::detail::component_table<GivenSource>, *host.raw(), "{}");
    plugin::SinkHandle sink(connector::detail::component_table<NotingSink>, *host.raw(), "{}"),
        dead_letter(connector::detail::component_table<DeadSink>, *host.raw(), "{}");
    plugin::DedupHandle store(connector::detail::component_table<NewStore>, *host.raw(), "{}");
    plugin::TransformHandle transform(connector::detail::component_table<TwiceTransform>,
                                      *host.raw(), "{}");
    middleware::Breaker breakers[4] = {{world, {}}, {world, {}}, {world, {}}, {world, {}}};
    TaskParts parts{source,       breakers[0],  sink,         breakers[1], &store,
                    &breakers[2], &dead_letter, &breakers[3], {}};
    if (with_transform) parts.transforms = {{&transform}};
    parts.tracer = &tracer;
    parts.scrub = scrub;
    Task task(settings, world, parts, [] {});
    task.start();
    task.join();
    EXPECT_EQ(task.status().state, TaskState::ended) << task.status().failure;
    EXPECT_TRUE(tracer.stop(1min));
    return collector.spans();
  }
  std::string header(const std::string& id, const std::string& name) {
    return find(traced_world.written, id, name);
  }
  std::string dead_header(const std::string& id, const std::string& name) {
    return find(traced_world.dead, id, name);
  }

  static std::string find(
      const std::map<std::string, std::vector<std::pair<std::string, std::string>>>& where,
      const std::string& id, const std::string& name) {
    std::string out;
    const auto record = where.find("{\"event_id\":\"" + id + "\"}");
    if (record == where.end()) return "not written";
    for (const auto& [key, value] : record->second) {
      if (key == name) out += (out.empty() ? "" : ", ") + value;
    }
    return out;
  }
  static const FinishedSpan* named(const std::vector<FinishedSpan>& spans,
                                   const std::string& name) {
    const auto found = std::find_if(spans.begin(), spans.end(),
                                    [&](const FinishedSpan& each) { return each.name == name; });
    return found == spans.end() ? nullptr : &*found;
  }
  static std::string attribute(const FinishedSpan& span, std::string_view name) {
    for (const auto& [key, value] : span.attributes) {
      if (key == name) return std::get<std::string>(value);
    }
    return "";
  }
  static std::string traceparent(const FinishedSpan& span) {
    const auto text = tracing::traceparent_of(span.self);
    return {text.begin(), text.end()};
  }

  TracedWorld traced_world;
  world::RealWorld world;
  TaskSettings settings;
  tracing::TracingSettings tracer_settings;
  Scrub scrub = [](std::string_view text) { return std::string(text); };
};

TEST_F(TaskTracingTest, One_trace_runs_from_the_publisher_through_every_step_to_the_reader) {
  traced_world.given = {{"a",
                         {{"other", "1"},
                          {"traceparent", std::string(sampled)},
                          {"tracestate", "vendor=1"},
                          {"baggage", "user=7"}}}};
  const auto spans = run();
  ASSERT_EQ(spans.size(), 3u);
  const auto *receive = named(spans, "receive events"), *dedup = named(spans, "dedup"),
             *publish = named(spans, "publish orders");
  ASSERT_TRUE(receive && dedup && publish);
  const auto publisher = *tracing::parse_traceparent(sampled);
  for (const FinishedSpan& each : spans)
    EXPECT_EQ(each.self.trace_id, publisher.trace_id) << each.name;
  EXPECT_EQ(receive->parent, publisher.span_id);
  EXPECT_EQ(dedup->parent, receive->self.span_id);
  EXPECT_EQ(publish->parent, receive->self.span_id);
  EXPECT_EQ(header("a", "traceparent"), traceparent(*publish));
  EXPECT_EQ(header("a", "tracestate"), "vendor=1");
  EXPECT_EQ(header("a", "baggage"), "user=7");
  EXPECT_EQ(header("a", "other"), "1");
  EXPECT_EQ(attribute(*receive, "messaging.system"), "rabbitmq");
  EXPECT_EQ(attribute(*receive, "connector_host.outcome"), "delivered");
  EXPECT_EQ(attribute(*publish, "messaging.system"), "kafka");
  EXPECT_EQ(attribute(*receive, "messaging.operation.name"), "receive");
  EXPECT_EQ(attribute(*publish, "messaging.operation.name"), "publish");
  EXPECT_EQ(attribute(*publish, "error.type"), "");
  EXPECT_EQ(attribute(*dedup, "connector_host.dedup.result"), "new");
  EXPECT_LE(receive->start, dedup->start);
  EXPECT_LE(dedup->start + dedup->length, publish->start + publish->length);
  EXPECT_GE(receive->start + receive->length, publish->start + publish->length);
}

TEST_F(TaskTracingTest, A_transform_has_a_span_and_each_of_its_outputs_the_context) {
  traced_world.given = {{"a", {{"traceparent", std::string(sampled)}}}};
  const auto spans = run(true);
  EXPECT_EQ(spans.size(), 4u);
  const auto *transform = named(spans, "transform twice"),
             *publish = named(spans, "publish orders");
  ASSERT_TRUE(transform && publish);
  EXPECT_EQ(transform->parent, named(spans, "receive events")->self.span_id);
  EXPECT_EQ(header("a", "traceparent"), traceparent(*publish))
      << "though the transform left no headers";
}

TEST_F(TaskTracingTest, Without_a_context_a_trace_begins_here) {
  traced_world.given = {{"a", {}},
                        {"b", {{"traceparent", "nonsense"}, {"tracestate", "of=another"}}}};
  const auto spans = run();
  EXPECT_EQ(spans.size(), 6u);
  EXPECT_EQ(named(spans, "receive events")->parent, tracing::SpanId{});
  EXPECT_EQ(header("a", "traceparent").size(), 55u);
  EXPECT_EQ(header("b", "traceparent").size(), 55u) << "one, and ours";
  EXPECT_EQ(header("b", "tracestate"), "") << "it belongs to the trace that could not be read";
}

TEST_F(TaskTracingTest, What_its_publisher_did_not_sample_travels_untouched_and_costs_one_link) {
  const std::string context(unsampled);
  traced_world.given = {{"first", {{"traceparent", context}}},
                        {"a", {{"traceparent", context}, {"tracestate", "vendor=1"}}},
                        {"b", {{"traceparent", context}}}};
  const auto spans = run();
  ASSERT_EQ(spans.size(), 2u)
      << "one for each batch: the first window is one record, the second two";
  EXPECT_EQ(spans[1].name, "process batch");
  ASSERT_EQ(spans[1].links.size(), 2u);
  EXPECT_EQ(spans[1].links[0], *tracing::parse_traceparent(unsampled));
  EXPECT_EQ(header("a", "traceparent"), unsampled);
  EXPECT_EQ(header("a", "tracestate"), "vendor=1");
}

TEST_F(TaskTracingTest, What_is_not_sampled_at_the_head_travels_untouched) {
  tracer_settings.sampler = *tracing::Sampler::named("always_off", 0);
  traced_world.given = {{"a", {}}, {"b", {{"traceparent", std::string(sampled)}}}};
  EXPECT_TRUE(run().empty());
  EXPECT_EQ(header("a", "traceparent"), "");
  EXPECT_EQ(header("b", "traceparent"), sampled);
}

TEST_F(TaskTracingTest, Without_propagation_contexts_are_neither_read_nor_written) {
  tracer_settings.propagates = false;
  traced_world.given = {{"a", {{"traceparent", std::string(sampled)}}}};
  const auto spans = run();
  EXPECT_EQ(spans.size(), 3u);
  EXPECT_EQ(named(spans, "receive events")->parent, tracing::SpanId{});
  EXPECT_EQ(header("a", "traceparent"), sampled);
}

TEST_F(TaskTracingTest, A_repeat_has_a_span_of_its_own_that_says_duplicate) {
  traced_world.given = {
      {"first", {}}, {"a", {}}, {"a", {}}};  // the first window is one record, the second two
  const auto spans = run();
  std::multiset<std::string> outcomes;
  for (const FinishedSpan& each : spans) {
    if (each.name == "receive events") outcomes.insert(attribute(each, "connector_host.outcome"));
  }
  EXPECT_EQ(outcomes, (std::multiset<std::string>{"delivered", "delivered", "duplicate"}));
}

TEST_F(TaskTracingTest, A_dead_letter_is_a_failed_span_and_carries_the_trace_on) {
  traced_world.given = {{"bad", {{"traceparent", std::string(sampled)}}}};
  const auto spans = run();
  const auto *receive = named(spans, "receive events"), *refused = named(spans, "publish orders"),
             *dead = named(spans, "publish orders.dlq");
  ASSERT_TRUE(receive && refused && dead);
  EXPECT_TRUE(receive->failed);
  EXPECT_EQ(receive->failure, "it is bad");
  EXPECT_TRUE(refused->failed);
  EXPECT_EQ(attribute(*receive, "error.type"), "TASK_PUT");
  EXPECT_EQ(attribute(*refused, "error.type"), "REJECTED");
  EXPECT_FALSE(dead->failed);
  EXPECT_EQ(attribute(*receive, "connector_host.outcome"), "dead_lettered");
  EXPECT_EQ(dead_header("bad", "traceparent"), traceparent(*dead));
}

TEST_F(TaskTracingTest, What_a_plugin_says_of_a_failure_is_scrubbed_in_every_span) {
  scrub = [](std::string_view) { return std::string("[hidden]"); };
  traced_world.given = {{"bad", {}}};
  const auto spans = run();
  EXPECT_EQ(named(spans, "receive events")->failure, "[hidden]");
  EXPECT_EQ(named(spans, "publish orders")->failure, "[hidden]");
}

}  // namespace
}  // namespace connector_host::pipeline
