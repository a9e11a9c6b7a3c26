#include "host/plugin/table_check.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>

#include "connector/view.hpp"
#include "host/plugin/plugin_error.hpp"

namespace connector_host::plugin {
namespace {

using connector::view;

// A sound table of one sink; each test spoils one thing.
struct Table {
  connector_lifecycle_ops lifecycle{
      sizeof(connector_lifecycle_ops), 0, nullptr, nullptr, nullptr, nullptr};
  connector_sink_ops ops{sizeof(connector_sink_ops), 0, &lifecycle,
                         [](void*, const connector_record*, uint64_t, connector_outcome*,
                            connector_call*) -> connector_code { return CONNECTOR_OK; }};
  connector_view allowed[2] = {view("one"), view("two")};
  connector_option option{sizeof(connector_option),
                          CONNECTOR_OPT_STRING,
                          0,
                          0,
                          view("key_template"),
                          view("one"),
                          view("Which."),
                          connector::null_view(),
                          allowed,
                          2,
                          NAN,
                          NAN};
  const connector_option* options[2] = {&option, nullptr};
  double buckets[3] = {1, 2, 3};
  connector_metric metric{sizeof(connector_metric),
                          CONNECTOR_HISTOGRAM,
                          view("took_seconds"),
                          view("How long."),
                          buckets,
                          3};
  const connector_metric* metrics[2] = {&metric, nullptr};
  connector_component component{
      sizeof(connector_component),
      CONNECTOR_SINK,
      view("kafka-2"),
      view("Ä sink."),
      options,
      1,
      metrics,
      1,
      &ops,
      [](const connector_host_api*, connector_view, connector_call*) -> void* { return nullptr; },
      [](void*) {}};
  const connector_component* components[2] = {&component, nullptr};
  connector_plugin plugin{sizeof(connector_plugin),
                          CONNECTOR_ABI_MAJOR,
                          CONNECTOR_ABI_MINOR,
                          0,
                          view("kafka"),
                          view("1.0"),
                          components,
                          1};
};

std::string trouble_with(const Table& table) {
  try {
    TableCheck::run(table.plugin);
    return {};
  } catch (const PluginError& error) {
    return error.what();
  }
}

void expect_refused(const std::function<void(Table&)>& spoil, const std::string& words) {
  Table table;
  spoil(table);
  EXPECT_NE(trouble_with(table).find(words), std::string::npos)
      << "'" << trouble_with(table) << "' has no '" << words << "'";
}

TEST(TableCheck, A_sound_table_passes) {
  EXPECT_EQ(trouble_with(Table()), "");
}

TEST(TableCheck, Another_major_is_refused_with_both_numbers) {
  expect_refused([](Table& t) { t.plugin.abi_major = 2, t.plugin.abi_minor = 5; },
                 "built for plugin ABI 2.5, this host speaks 1.");
  expect_refused([](Table& t) { t.plugin.abi_major = 0; },
                 "ABI 0." + std::to_string(CONNECTOR_ABI_MINOR));
}

TEST(TableCheck, A_later_minor_and_larger_structs_pass) {
  Table table;
  table.plugin.abi_minor = 99;
  table.plugin.struct_size += 64;
  table.component.struct_size += 8;
  table.option.struct_size += 8;
  table.ops.struct_size += 8;
  EXPECT_EQ(trouble_with(table), "");
}

TEST(TableCheck, Structs_smaller_than_their_first_version_are_refused) {
  expect_refused([](Table& t) { t.plugin.struct_size -= 8; },
                 "connector_plugin_v1 has struct_size");
  expect_refused([](Table& t) { t.component.struct_size -= 8; }, "component 0: it has struct_size");
  expect_refused([](Table& t) { t.option.struct_size -= 8; }, "option 0: it has struct_size");
  expect_refused([](Table& t) { t.metric.struct_size = 0; }, "metric 0: it has struct_size");
  expect_refused([](Table& t) { t.ops.struct_size -= 8; },
                 "sink kafka-2: has no operation 'write'");
  expect_refused([](Table& t) { t.lifecycle.struct_size = 4; }, "ops->lifecycle has struct_size");
}

TEST(TableCheck, Null_where_something_is_needed_is_refused) {
  expect_refused([](Table& t) { t.plugin.name = {nullptr, 0}; }, "its name is null");
  expect_refused([](Table& t) { t.plugin.components = nullptr; }, "components are null");
  expect_refused([](Table& t) { t.plugin.component_count = 0; }, "offers no component");
  expect_refused([](Table& t) { t.plugin.component_count = 2; }, "component 1 is null");
  expect_refused([](Table& t) { t.component.option_count = 2; }, "option 1 is null");
  expect_refused([](Table& t) { t.component.metric_count = 2; }, "metric 1 is null");
  expect_refused([](Table& t) { t.component.create = nullptr; }, "no create");
  expect_refused([](Table& t) { t.component.destroy = nullptr; }, "no destroy");
  expect_refused([](Table& t) { t.component.ops = nullptr; }, "ops is null");
  expect_refused([](Table& t) { t.ops.lifecycle = nullptr; }, "lifecycle is null");
  expect_refused([](Table& t) { t.ops.write = nullptr; }, "'write'");
  expect_refused([](Table& t) { t.option.allowed = nullptr; }, "allowed values are null");
  expect_refused([](Table& t) { t.component.description = {nullptr, 5}; },
                 "its description is null");
}

TEST(TableCheck, Numbers_without_reason_are_refused) {
  expect_refused([](Table& t) { t.plugin.component_count = 1'000'000; }, "1000000 components");
  expect_refused([](Table& t) { t.component.option_count = ~0ull; }, "options");
  expect_refused([](Table& t) { t.component.metric_count = ~0ull; }, "metrics");
  expect_refused([](Table& t) { t.option.allowed_count = ~0ull; }, "allowed values");
  expect_refused([](Table& t) { t.metric.bucket_count = ~0ull; }, "buckets");
  expect_refused([](Table& t) { t.plugin.version.size = 1'000'000; },
                 "its version has 1000000 bytes");
  expect_refused([](Table& t) { t.component.type.size = 1'000'000; },
                 "its type has 1000000 letters");
}

TEST(TableCheck, Words_that_no_topology_could_name_are_refused) {
  for (const char* word : {"", "Kafka", "a b", "a/b", "../x", "-x", "ä", "a\nb"})
    expect_refused([&](Table& t) { t.component.type = view(word); }, "its type");
  expect_refused([](Table& t) { t.option.name = view("a.b"); }, "option 0: its name 'a.b'");
  expect_refused([](Table& t) { t.metric.name = view("a-b"); }, "metric 0: its name 'a-b'");
}

TEST(TableCheck, Texts_that_json_cannot_carry_are_refused) {
  expect_refused([](Table& t) { t.component.description = view("\xff"); },
                 "sink kafka-2: its description is not UTF-8");
  expect_refused([](Table& t) { t.option.default_value = view("\x01"); },
                 "option 0: key_template: its default is not UTF-8");
}

TEST(TableCheck, Declarations_that_contradict_themselves_are_refused) {
  expect_refused([](Table& t) { t.option.type = 8; }, "option type 8");
  expect_refused([](Table& t) { t.option.minimum = 5, t.option.maximum = 4; }, "minimum is above");
  expect_refused([](Table& t) { t.metric.kind = 3; }, "metric kind 3");
  expect_refused([](Table& t) { t.buckets[1] = 3; }, "buckets do not rise");
  expect_refused([](Table& t) { t.buckets[0] = NAN; }, "buckets do not rise");
  expect_refused([](Table& t) { t.component.kind = 0; }, "kind 0 is unknown");
  expect_refused([](Table& t) { t.options[1] = &t.option, t.component.option_count = 2; },
                 "the option 'key_template' twice");
  expect_refused([](Table& t) { t.metrics[1] = &t.metric, t.component.metric_count = 2; },
                 "the metric 'took_seconds' twice");
  expect_refused([](Table& t) { t.components[1] = &t.component, t.plugin.component_count = 2; },
                 "the sink 'kafka-2' twice");
}

}  // namespace
}  // namespace connector_host::plugin
