// The tables that a plugin's classes become: options and metrics as declared, optional operations
// null where they are not overridden, and instances whose exceptions do not leave them.
#include <gtest/gtest.h>
#include <connector/plugin.hpp>
#include <connector/testing/plugin_under_test.hpp>

#include <cmath>
#include <string>
#include <string_view>

namespace {

using connector::text;
using connector::testing::FakeHost;
using connector::testing::TestCall;

constexpr connector_view colours[] = {connector::view("red"), connector::view("blue")};
constexpr double bounds[] = {0.1, 1, 10};

class PlainSource : public connector::Source {
 public:
  static constexpr std::string_view type = "plain", description = "Has nothing.";
  PlainSource(connector::Host, const connector::Config&) {}
  connector::PollResult poll(std::uint32_t, std::uint64_t, connector_batch&,
                             connector::Call&) override {
    return connector::PollResult::end;
  }
  void wake() override {}
  void ack(std::span<const std::uint64_t>, connector::Call&) override {}
  void nack(std::span<const std::uint64_t>, bool, connector::Call&) override {}
};

// Overrides are found through a class in between, too.
class PausingSource : public PlainSource {
 public:
  using PlainSource::PlainSource;
  void pause(connector::Call&) override {}
  void resume(connector::Call&) override {}
};

class FullSource : public PausingSource {
 public:
  static constexpr std::string_view type = "full", description = "Has everything.";
  static constexpr connector::Option options[] = {
      connector::Option::string("colour", "Which.").required().one_of(colours),
      connector::Option::duration("wait", "How long.")
          .otherwise("5s")
          .between(0, 60'000)
          .advanced(),
      connector::Option::string("password", "Whose.").secret(),
      connector::Option::integer("count", "How many.").at_least(1),
      connector::Option::number("share", "How much."),
      connector::Option::boolean("on", "Whether."),
      connector::Option::size("room", "How large."),
      connector::Option::list("hosts", "Where."),
      connector::Option::map("properties", "What else.")};
  static constexpr connector::Metric metrics[] = {
      connector::Metric::counter("seen_total", "Seen."), connector::Metric::gauge("open", "Open."),
      connector::Metric::histogram("size_bytes", "Sizes.", bounds)};
  static constexpr std::uint32_t max_parallel = 3;
  using PausingSource::PausingSource;
  std::uint64_t backlog(connector::Call&) override { return 7; }
  std::string offsets(connector::Call&) override { return "[]"; }
  std::string keep_order(connector::Call&) override { return "while nobody else reads"; }
  void set_offsets(std::string_view, connector::Call&) override {
    throw connector::bad_config("not these");
  }
};

class ThrowingSink : public connector::Sink {
 public:
  static constexpr std::string_view type = "throwing", description = "Throws.";
  ThrowingSink(connector::Host, const connector::Config& config) {
    if (config.has("refuse")) throw connector::bad_config("refused");
  }
  void open(connector::Call&) override { throw connector::not_connected("nobody there"); }
  void close() override { throw 42; }
  void write(connector::Records, connector::Outcomes& outcomes, connector::Call&) override {
    outcomes.delivered(0);
    throw connector::fatal("broken");
  }
};

template <class T>
const connector_source_ops& ops_of() {
  return *static_cast<const connector_source_ops*>(connector::component<T>()->ops);
}

TEST(ComponentTable, Optional_operations_are_null_where_they_are_not_overridden) {
  const auto& plain = ops_of<PlainSource>();
  EXPECT_EQ(plain.pause, nullptr);
  EXPECT_EQ(plain.resume, nullptr);
  EXPECT_EQ(plain.backlog, nullptr);
  EXPECT_EQ(plain.offsets, nullptr);
  EXPECT_EQ(plain.set_offsets, nullptr);
  EXPECT_EQ(plain.set_window, nullptr);
  EXPECT_EQ(plain.delivery_limit, nullptr);
  EXPECT_EQ(plain.lifecycle->identity, nullptr);
  EXPECT_EQ(plain.lifecycle->keep_order, nullptr);
  EXPECT_NE(plain.poll, nullptr);
  EXPECT_NE(ops_of<PausingSource>().pause, nullptr);
  EXPECT_EQ(ops_of<PausingSource>().backlog, nullptr);
  const auto& full = ops_of<FullSource>();
  EXPECT_NE(full.pause, nullptr);
  EXPECT_NE(full.backlog, nullptr);
  EXPECT_NE(full.offsets, nullptr);
  EXPECT_NE(full.set_offsets, nullptr);
  EXPECT_NE(full.lifecycle->keep_order, nullptr);
}

TEST(ComponentTable, The_condition_of_an_order_comes_back_as_text) {
  const connector_component& component = *connector::component<FullSource>();
  const connector::testing::FakeHost host;
  TestCall call;
  void* const source = component.create(host.raw(), connector::view("{}"), call);
  ASSERT_NE(source, nullptr);
  std::string condition;
  const auto take = [](void* to, connector_view line) {
    *static_cast<std::string*>(to) = text(line);
  };
  EXPECT_EQ(ops_of<FullSource>().lifecycle->keep_order(source, take, &condition, call),
            CONNECTOR_OK);
  EXPECT_EQ(condition, "while nobody else reads");
  component.destroy(source);
}

TEST(ComponentTable, Every_struct_says_its_size_and_what_it_is) {
  const connector_component& component = *connector::component<FullSource>();
  EXPECT_EQ(component.struct_size, sizeof(connector_component));
  EXPECT_EQ(component.kind, std::uint32_t(CONNECTOR_SOURCE));
  EXPECT_EQ(text(component.type), "full");
  EXPECT_EQ(text(component.description), "Has everything.");
  EXPECT_EQ(ops_of<FullSource>().struct_size, sizeof(connector_source_ops));
  EXPECT_EQ(ops_of<FullSource>().lifecycle->struct_size, sizeof(connector_lifecycle_ops));
  EXPECT_EQ(ops_of<FullSource>().lifecycle->max_parallel, 3u);
  EXPECT_EQ(ops_of<PlainSource>().lifecycle->max_parallel, 0u);
  EXPECT_EQ(connector::component<ThrowingSink>()->kind, std::uint32_t(CONNECTOR_SINK));
}

TEST(ComponentTable, Options_are_there_as_declared) {
  const connector_component& component = *connector::component<FullSource>();
  ASSERT_EQ(component.option_count, 9u);
  const connector_option& colour = *component.options[0];
  EXPECT_EQ(colour.struct_size, sizeof(connector_option));
  EXPECT_EQ(colour.flags, std::uint32_t(CONNECTOR_OPT_REQUIRED));
  ASSERT_EQ(colour.allowed_count, 2u);
  EXPECT_EQ(text(colour.allowed[1]), "blue");
  EXPECT_TRUE(connector::is_null(colour.default_value));
  EXPECT_TRUE(std::isnan(colour.minimum));
  const connector_option& wait = *component.options[1];
  EXPECT_EQ(wait.type, std::uint32_t(CONNECTOR_OPT_DURATION));
  EXPECT_EQ(wait.flags, std::uint32_t(CONNECTOR_OPT_ADVANCED));
  EXPECT_EQ(text(wait.default_value), "5s");
  EXPECT_EQ(wait.minimum, 0);
  EXPECT_EQ(wait.maximum, 60'000);
  EXPECT_EQ(component.options[2]->flags, std::uint32_t(CONNECTOR_OPT_SECRET));
  EXPECT_EQ(component.options[3]->minimum, 1);
  EXPECT_TRUE(std::isnan(component.options[3]->maximum));
  const std::uint32_t types[] = {
      CONNECTOR_OPT_STRING,  CONNECTOR_OPT_DURATION, CONNECTOR_OPT_STRING,
      CONNECTOR_OPT_INTEGER, CONNECTOR_OPT_NUMBER,   CONNECTOR_OPT_BOOLEAN,
      CONNECTOR_OPT_SIZE,    CONNECTOR_OPT_LIST,     CONNECTOR_OPT_MAP};
  for (std::size_t i = 0; i < component.option_count; ++i)
    EXPECT_EQ(component.options[i]->type, types[i]);
}

TEST(ComponentTable, Metrics_are_there_as_declared) {
  const connector_component& component = *connector::component<FullSource>();
  ASSERT_EQ(component.metric_count, 3u);
  EXPECT_EQ(text(component.metrics[0]->name), "seen_total");
  EXPECT_EQ(component.metrics[1]->kind, std::uint32_t(CONNECTOR_GAUGE));
  ASSERT_EQ(component.metrics[2]->bucket_count, 3u);
  EXPECT_EQ(component.metrics[2]->buckets[2], 10);
}

TEST(ComponentTable, A_component_without_options_and_metrics_has_none) {
  EXPECT_EQ(connector::component<PlainSource>()->option_count, 0u);
  EXPECT_EQ(connector::component<PlainSource>()->metric_count, 0u);
}

TEST(ComponentTable, A_constructor_that_throws_gives_null_and_the_reason) {
  FakeHost host;
  TestCall refused, unreadable;
  const auto& component = *connector::component<ThrowingSink>();
  EXPECT_EQ(component.create(host.raw(), connector::view("{\"refuse\":true}"), refused), nullptr);
  EXPECT_EQ(refused.message(), "refused");
  EXPECT_EQ(component.create(host.raw(), connector::view("no json"), unreadable), nullptr);
  EXPECT_FALSE(unreadable.message().empty());
}

TEST(ComponentTable, Exceptions_of_an_instance_become_codes_and_outcomes_set_before_hold) {
  FakeHost host;
  connector::testing::SinkDriver sink(*connector::component<ThrowingSink>(), "{\"refuse\":null}",
                                      host);
  TestCall open, write;
  EXPECT_EQ(sink.open(open), CONNECTOR_NOT_CONNECTED);
  EXPECT_EQ(open.message(), "nobody there");
  const connector_record records[2] = {};
  connector_outcome outcomes[2] = {{CONNECTOR_RETRIABLE, CONNECTOR_MAYBE_DELIVERED, 0, 0},
                                   {CONNECTOR_RETRIABLE, CONNECTOR_MAYBE_DELIVERED, 0, 0}};
  EXPECT_EQ(sink.ops().write(sink.self(), records, 2, outcomes, write), CONNECTOR_FATAL);
  EXPECT_EQ(outcomes[0].code, CONNECTOR_OK);
  EXPECT_EQ(outcomes[1].code, CONNECTOR_RETRIABLE);
  sink.lifecycle().close(sink.self());  // throws inside, and nothing comes out
}

TEST(ComponentTable, Optional_operations_answer_through_the_table) {
  FakeHost host;
  connector::testing::SourceDriver source(*connector::component<FullSource>(), "{}", host);
  TestCall call;
  std::uint64_t records = 0;
  EXPECT_EQ(source.ops().backlog(source.self(), &records, call), CONNECTOR_OK);
  EXPECT_EQ(records, 7u);
  std::string json;
  const auto take = [](void* arg, connector_view value) {
    static_cast<std::string*>(arg)->assign(text(value));
  };
  EXPECT_EQ(source.ops().offsets(source.self(), take, &json, call), CONNECTOR_OK);
  EXPECT_EQ(json, "[]");
  EXPECT_EQ(source.ops().set_offsets(source.self(), connector::null_view(), call),
            CONNECTOR_BAD_CONFIG);
  connector_batch batch{};
  EXPECT_EQ(source.ops().poll(source.self(), 1, 1, &batch, call), CONNECTOR_END);
}

}  // namespace
