// Plugins that were built in other ways than the host: loaded through the catalog and driven
// through their tables.
#include <gtest/gtest.h>

#include "connector/testing/plugin_under_test.hpp"
#include "tests/abi/scratch_plugins.hpp"

namespace connector_host::testing {
namespace {

using connector::testing::DedupDriver;
using connector::testing::FakeHost;
using connector::testing::SinkDriver;
using connector::testing::SourceDriver;
using connector::testing::TestCall;
using connector::testing::TransformDriver;

connector_batch fresh_batch() {
  connector_batch out{};
  out.struct_size = sizeof out;
  return out;
}

class ForeignPlugins : public ::testing::TestWithParam<const char*> {
 protected:
  void use(std::string_view variant) {
    plugins_.add(variant);
    catalog_.use_directories({plugins_.path()});
    ASSERT_EQ(entry_of(catalog_, variant).error, "");
  }
  const connector_component& component(std::uint32_t kind, std::string_view type) {
    const plugin::FoundComponent found = catalog_.find(kind, type);
    if (!found) throw std::runtime_error(catalog_.why_missing(kind, type));
    return *found.component;
  }

  ScratchPlugins plugins_;
  plugin::PluginCatalog catalog_;
  FakeHost host_;
};

class ModernPlugins : public ForeignPlugins {};

TEST_P(ModernPlugins, Carry_records_from_source_through_transform_to_sink) {
  use(GetParam());
  SourceDriver source(component(CONNECTOR_SOURCE, "count"), R"({"count":1000})", host_);
  TransformDriver reverse(component(CONNECTOR_TRANSFORM, "reverse"), "{}", host_);
  SinkDriver sink(component(CONNECTOR_SINK, "take"), "{}", host_);
  sink.open();
  reverse.open();
  source.open();
  std::uint64_t seen = 0;
  for (connector_code code = CONNECTOR_OK; code == CONNECTOR_OK;) {
    TestCall call;
    connector_batch batch = fresh_batch();
    code = source.ops().poll(source.self(), 64, 1 << 20, &batch, call);
    std::vector<connector_outcome> outcomes(batch.record_count);
    connector_transformed turned{};
    turned.batch.struct_size = sizeof turned.batch;
    ASSERT_EQ(reverse.ops().apply(reverse.self(), batch.records, batch.record_count, &turned,
                                  outcomes.data(), call),
              CONNECTOR_OK)
        << call.message();
    ASSERT_EQ(turned.batch.record_count, batch.record_count);
    ASSERT_EQ(sink.ops().write(sink.self(), turned.batch.records, turned.batch.record_count,
                               outcomes.data(), call),
              CONNECTOR_OK);
    for (const connector_outcome& each : outcomes) ASSERT_EQ(each.code, CONNECTOR_OK);
    ASSERT_EQ(source.ops().ack(source.self(), &batch.records[0].position, 1, call), CONNECTOR_OK);
    seen += batch.record_count;
    turned.batch.release(&turned.batch);
    batch.release(&batch);
  }
  EXPECT_EQ(seen, 1000u);
  EXPECT_EQ(host_.metric(0), 1000.0);
}

TEST_P(ModernPlugins, Give_reasons_back_and_refuse_a_wrong_configuration) {
  use(GetParam());
  SinkDriver sink(component(CONNECTOR_SINK, "take"), "{}", host_);
  connector_record records[2]{};
  records[0].value = connector::view("something");
  records[1].value = connector::view("");
  connector_outcome outcomes[2]{};
  TestCall call;
  ASSERT_EQ(sink.ops().write(sink.self(), records, 2, outcomes, call), CONNECTOR_OK);
  EXPECT_EQ(outcomes[0].code, CONNECTOR_OK);
  EXPECT_EQ(outcomes[1].code, CONNECTOR_REJECTED);
  EXPECT_EQ(call.reason(1), "record 1 is empty, which this sink never takes");
  EXPECT_THROW(SourceDriver(component(CONNECTOR_SOURCE, "count"), "{}", host_), std::runtime_error);
}

INSTANTIATE_TEST_SUITE_P(Abi, ModernPlugins,
                         ::testing::Values("modern", "old_string", "static_libstdcxx"),
                         [](const auto& info) { return std::string(info.param); });

class PlainPlugins : public ForeignPlugins {};

TEST_P(PlainPlugins, Carry_records_through_a_table_written_in_C) {
  use(GetParam());
  SourceDriver source(component(CONNECTOR_SOURCE, "plain"), "{}", host_);
  SinkDriver sink(component(CONNECTOR_SINK, "plain"), "{}", host_);
  source.open();
  sink.open();
  TestCall call;
  connector_batch batch = fresh_batch();
  ASSERT_EQ(source.ops().poll(source.self(), 100, 1 << 20, &batch, call), CONNECTOR_END);
  ASSERT_EQ(batch.record_count, 10u);
  EXPECT_EQ(connector::text(batch.records[9].value), "record 9");
  std::vector<connector_outcome> outcomes(10, connector_outcome{CONNECTOR_RETRIABLE, 0, 0, 0});
  ASSERT_EQ(sink.ops().write(sink.self(), batch.records, 10, outcomes.data(), call), CONNECTOR_OK);
  for (const connector_outcome& each : outcomes) EXPECT_EQ(each.code, CONNECTOR_OK);
  batch.release(&batch);
  EXPECT_EQ(batch.release, nullptr);
  EXPECT_THROW(SinkDriver(component(CONNECTOR_SINK, "plain"), "refuse", host_), std::runtime_error);
}

INSTANTIATE_TEST_SUITE_P(Abi, PlainPlugins,
                         ::testing::Values("plain", "newer_minor", "older_source"),
                         [](const auto& info) { return std::string(info.param); });

TEST_F(ForeignPlugins, What_a_later_minor_appended_is_left_alone) {
  use("larger");
  EXPECT_EQ(entry_of(catalog_, "larger").abi, "1." + std::to_string(CONNECTOR_ABI_MINOR + 7));
  SinkDriver sink(component(CONNECTOR_SINK, "larger"), "{}", host_);
  sink.open();
  connector_record record{};
  connector_outcome outcome{CONNECTOR_RETRIABLE, 0, 0, 0};
  TestCall call;
  ASSERT_EQ(sink.ops().write(sink.self(), &record, 1, &outcome, call), CONNECTOR_OK);
  EXPECT_EQ(outcome.code, CONNECTOR_OK);
}

struct Throws {
  const char* variant;
  const char* what;
  connector_code code;
  const char* message;
};

void PrintTo(const Throws& throws, std::ostream* out) {
  *out << throws.variant << " throws " << throws.what;
}

class ThrowingPlugins : public ::testing::TestWithParam<Throws> {
 protected:
  void SetUp() override {
    plugins_.add(GetParam().variant);
    catalog_.use_directories({plugins_.path()});
    ASSERT_EQ(entry_of(catalog_, GetParam().variant).error, "");
  }
  std::string config(bool from_create = false) const {
    return std::string(R"({"throws":")") + GetParam().what +
           R"(","from_open":true,"from_create":)" + (from_create ? "true}" : "false}");
  }
  const connector_component& component(std::uint32_t kind) {
    return *catalog_.find(kind, "throwing").component;
  }
  // One call of the plugin: its code and words are those of the exception.
  template <class F>
  void expect_failure(F&& call_it) {
    TestCall call;
    EXPECT_EQ(call_it(static_cast<connector_call*>(call)), GetParam().code);
    EXPECT_EQ(call.message(), GetParam().message);
  }
  template <class D>
  void expect_failing_life(D& driver) {
    expect_failure(
        [&](connector_call* call) { return driver.lifecycle().open(driver.self(), call); });
    expect_failure(
        [&](connector_call* call) { return driver.lifecycle().check(driver.self(), call); });
    driver.lifecycle().cancel(driver.self());
    driver.lifecycle().close(driver.self());
  }

  ScratchPlugins plugins_;
  plugin::PluginCatalog catalog_;
  FakeHost host_;
};

TEST_P(ThrowingPlugins, Fail_from_create_with_the_exceptions_words) {
  for (const std::uint32_t kind :
       {CONNECTOR_SOURCE, CONNECTOR_SINK, CONNECTOR_TRANSFORM, CONNECTOR_DEDUP}) {
    TestCall call;
    const std::string text = config(true);
    EXPECT_EQ(component(kind).create(host_.raw(), connector::view(text), call), nullptr);
    EXPECT_EQ(call.message(), GetParam().message);
  }
}

TEST_P(ThrowingPlugins, Fail_from_every_call_of_a_source) {
  SourceDriver source(component(CONNECTOR_SOURCE), config(), host_);
  expect_failing_life(source);
  const connector_source_ops& ops = source.ops();
  const std::uint64_t position = 1;
  std::uint64_t waiting = 0;
  connector_batch batch = fresh_batch();
  expect_failure([&](connector_call* call) { return ops.poll(source.self(), 1, 1, &batch, call); });
  EXPECT_EQ(batch.release, nullptr);
  ops.wake(source.self());
  expect_failure([&](connector_call* call) { return ops.ack(source.self(), &position, 1, call); });
  expect_failure(
      [&](connector_call* call) { return ops.nack(source.self(), &position, 1, 1, call); });
  expect_failure([&](connector_call* call) { return ops.pause(source.self(), call); });
  expect_failure([&](connector_call* call) { return ops.resume(source.self(), call); });
  expect_failure([&](connector_call* call) { return ops.backlog(source.self(), &waiting, call); });
  expect_failure([&](connector_call* call) {
    return ops.offsets(source.self(), [](void*, connector_view) {}, nullptr, call);
  });
  expect_failure([&](connector_call* call) {
    return ops.set_offsets(source.self(), connector::null_view(), call);
  });
}

TEST_P(ThrowingPlugins, Fail_from_write_and_keep_the_outcomes_set_before) {
  SinkDriver sink(component(CONNECTOR_SINK), config(), host_);
  expect_failing_life(sink);
  connector_record records[2]{};
  connector_outcome outcomes[2] = {{CONNECTOR_RETRIABLE, CONNECTOR_MAYBE_DELIVERED, 0, 0},
                                   {CONNECTOR_RETRIABLE, CONNECTOR_MAYBE_DELIVERED, 0, 0}};
  expect_failure([&](connector_call* call) {
    return sink.ops().write(sink.self(), records, 2, outcomes, call);
  });
  EXPECT_EQ(outcomes[0].code, CONNECTOR_OK);
  EXPECT_EQ(outcomes[1].code, CONNECTOR_RETRIABLE);
}

TEST_P(ThrowingPlugins, Fail_from_apply_and_hold_no_lease) {
  TransformDriver transform(component(CONNECTOR_TRANSFORM), config(), host_);
  expect_failing_life(transform);
  connector_record record{};
  connector_outcome outcome{};
  connector_transformed out{};
  expect_failure([&](connector_call* call) {
    return transform.ops().apply(transform.self(), &record, 1, &out, &outcome, call);
  });
  EXPECT_EQ(out.batch.release, nullptr);
}

TEST_P(ThrowingPlugins, Fail_from_every_call_of_a_dedup_store) {
  DedupDriver store(component(CONNECTOR_DEDUP), config(), host_);
  expect_failing_life(store);
  const connector_dedup_ops& ops = store.ops();
  const connector_view owner = connector::view("me"), id = connector::view("id");
  std::uint8_t state = CONNECTOR_CLAIM_HELD;
  expect_failure([&](connector_call* call) {
    return ops.claim(store.self(), owner, 1000, &id, 1, &state, call);
  });
  expect_failure([&](connector_call* call) {
    return ops.renew(store.self(), owner, 1000, &id, 1, &state, call);
  });
  expect_failure([&](connector_call* call) { return ops.commit(store.self(), &id, 1, call); });
  expect_failure(
      [&](connector_call* call) { return ops.release(store.self(), owner, &id, 1, call); });
  EXPECT_EQ(ops.clear, nullptr);
}

std::vector<Throws> every_throw() {
  std::vector<Throws> out;
  for (const char* variant : {"throwing", "throwing_static", "throwing_old_string"}) {
    out.push_back({variant, "error", CONNECTOR_NOT_CONNECTED, "the far end is gone"});
    out.push_back({variant, "standard", CONNECTOR_RETRIABLE,
                   "a standard exception with a text of some length"});
    out.push_back({variant, "number", CONNECTOR_RETRIABLE,
                   "the plugin threw something that is not a std::exception"});
  }
  return out;
}

INSTANTIATE_TEST_SUITE_P(Abi, ThrowingPlugins, ::testing::ValuesIn(every_throw()),
                         [](const auto& info) {
                           return std::string(info.param.variant) + "_" + info.param.what;
                         });

TEST_F(ForeignPlugins, Files_are_opened_through_the_host_which_may_refuse_them) {
  use("files");
  const connector_component& files = component(CONNECTOR_SINK, "files");
  EXPECT_EQ(files.options[0]->flags,
            std::uint32_t(CONNECTOR_OPT_REQUIRED) | std::uint32_t(CONNECTOR_OPT_DATA_PATH));
  EXPECT_EQ(files.options[1]->flags, std::uint32_t(CONNECTOR_OPT_CREDENTIAL_PATH));
  const std::string out = plugins_.path() + "/out", ca_file = plugins_.path("files");
  SinkDriver sink(files, R"({"path":")" + out + R"(","ca_file":")" + ca_file + R"("})", host_);
  sink.open();
  EXPECT_EQ(host_.opened_files(), (std::vector<std::string>{ca_file, out}));
  EXPECT_TRUE(std::filesystem::exists(out));
  host_.confine_files_to("/nowhere/");
  TestCall call;
  EXPECT_EQ(sink.open(call), CONNECTOR_BAD_CONFIG);
  EXPECT_EQ(call.message(), "the test allows no such file");
}

}  // namespace
}  // namespace connector_host::testing
