// The generator through its C table: what it makes, how it paces, and that it is a well-behaved
// source.
#include <gtest/gtest.h>
#include <connector/testing/exported_symbols.hpp>
#include <connector/testing/source_conformance.hpp>
#include <connector/testing/with_defaults.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

using namespace connector::testing;
using connector::text;

const connector_component& generator() {
  static const PluginUnderTest plugin(PLUGIN_FILE);
  return plugin.component(CONNECTOR_SOURCE, "generator");
}

std::string config(Settings settings = {}) {
  return with_defaults(generator(), std::move(settings));
}

struct Made {
  std::string id, key, value;
  bool has_id = false, has_key = false;

  bool operator==(const Made&) const = default;
};

// Polls to the end and acknowledges everything.
std::vector<Made> all_of(SourceTrial& source) {
  std::vector<Made> made;
  for (;;) {
    Lease lease;
    const connector_code code = source.poll(lease, 1000, 5000);
    for (std::uint64_t i = 0; i < lease.size(); ++i) {
      const connector_record& record = lease[i];
      made.push_back({std::string(text(record.id)), std::string(text(record.key)),
                      std::string(text(record.value)), !connector::is_null(record.id),
                      !connector::is_null(record.key)});
    }
    source.ack(lease.positions());
    if (code == CONNECTOR_END) return made;
  }
}

std::vector<Made> make(Settings settings) {
  SourceTrial source(generator(), config(std::move(settings)));
  source.open();
  return all_of(source);
}

TEST(GeneratorSource, The_library_exports_one_symbol) {
  EXPECT_EQ(exported_symbols(PLUGIN_FILE), std::vector<std::string>{CONNECTOR_PLUGIN_SYMBOL});
}

TEST(GeneratorSource, It_makes_count_events_of_the_exact_size_and_ends) {
  const auto made = make({{"count", "2500"}, {"size", "256B"}});
  ASSERT_EQ(made.size(), 2500u);
  std::set<std::string> ids;
  for (std::size_t i = 0; i < made.size(); ++i) {
    EXPECT_EQ(made[i].value.size(), 256u);
    EXPECT_TRUE(made[i].value.starts_with("{\"event_id\":\"" + made[i].id +
                                          "\",\"seq\":" + std::to_string(i) + ",\"data\":\""))
        << made[i].value;
    EXPECT_TRUE(made[i].value.ends_with("\"}"));
    EXPECT_FALSE(made[i].has_key);
    ids.insert(made[i].id);
  }
  EXPECT_EQ(ids.size(), 2500u);
}

TEST(GeneratorSource, One_seed_makes_the_same_events_every_time_and_another_seed_others) {
  const Settings settings = {
      {"count", "500"}, {"duplicates", "0.2"}, {"poison", "0.1"}, {"keys", "7"}};
  Settings other = settings;
  other["seed"] = "2";
  EXPECT_EQ(make(settings), make(settings));
  EXPECT_NE(make(settings), make(other));
}

TEST(GeneratorSource, A_size_below_the_fixed_part_gives_the_fixed_part) {
  const auto made = make({{"count", "1"}, {"size", "1B"}, {"id_prefix", "a"}});
  EXPECT_EQ(made.at(0).value, R"({"event_id":"a0","seq":0,"data":""})");
}

TEST(GeneratorSource, Large_values_have_their_size_too) {
  EXPECT_EQ(make({{"count", "3"}, {"size", "1MiB"}}).at(2).value.size(), 1024u * 1024u);
}

TEST(GeneratorSource, A_duplicate_is_an_earlier_event_byte_by_byte) {
  std::map<std::string, Made> seen;
  int repeats = 0;
  for (const Made& each :
       make({{"count", "20000"}, {"duplicates", "0.1"}, {"keys", "5"}, {"size", "100B"}})) {
    const auto [earlier, fresh] = seen.emplace(each.id, each);
    repeats += !fresh;
    EXPECT_EQ(earlier->second, each);
  }
  EXPECT_NEAR(repeats, 2000, 200);
}

TEST(GeneratorSource, Nothing_but_duplicates_still_begins_with_an_event) {
  std::set<std::string> ids;
  for (const Made& each : make({{"count", "5000"}, {"duplicates", "1"}})) ids.insert(each.id);
  EXPECT_EQ(ids.size(), 2u);  // the first of each 4,096
}

TEST(GeneratorSource, Poison_has_no_id_and_is_half_no_json_and_half_json_without_one) {
  int poison = 0, json = 0;
  for (const Made& each : make({{"count", "20000"}, {"poison", "0.05"}})) {
    if (each.has_id) continue;
    ++poison;
    EXPECT_EQ(each.value.find("event_id"), std::string::npos);
    json += each.value.starts_with("{\"seq\":");
    EXPECT_TRUE(each.value.starts_with("{\"seq\":") || each.value.starts_with("poison "));
  }
  EXPECT_NEAR(poison, 1000, 150);
  EXPECT_NEAR(json, poison / 2, 100);
}

TEST(GeneratorSource, Keys_are_as_many_as_asked) {
  std::set<std::string> keys;
  for (const Made& each : make({{"count", "1000"}, {"keys", "3"}})) keys.insert(each.key);
  EXPECT_EQ(keys, (std::set<std::string>{"key-0", "key-1", "key-2"}));
}

TEST(GeneratorSource, Batch_and_max_bytes_bound_a_poll) {
  SourceTrial source(generator(), config({{"batch", "10"}, {"size", "1000B"}}));
  source.open();
  EXPECT_EQ(source.take(1000).size(), 10u);
  Lease lease;
  TestCall call;
  ASSERT_EQ(source.ops().poll(source.self(), 1000, 2500, lease.raw(), call), CONNECTOR_OK);
  EXPECT_EQ(lease.size(), 3u);  // passed by one record
}

TEST(GeneratorSource, The_end_waits_until_nothing_can_come_back) {
  SourceTrial source(generator(), config({{"count", "3"}}));
  source.open();
  const Lease lease = source.take(10);
  ASSERT_EQ(lease.size(), 3u);
  Lease none;
  EXPECT_EQ(source.poll(none, 10, 10), CONNECTOR_OK);
  EXPECT_EQ(none.size(), 0u);
  source.nack({lease[1].position}, 1);
  source.ack({lease[0].position, lease[2].position});
  const Lease again = source.take(10);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(text(again[0].value), text(lease[1].value));
  EXPECT_EQ(again[0].delivery_count, 1u);
  EXPECT_EQ(again[0].flags, std::uint32_t(CONNECTOR_REDELIVERED));
  source.nack(again.positions(), 0);
  Lease end;
  EXPECT_EQ(source.poll(end, 10, 10), CONNECTOR_END);
}

TEST(GeneratorSource, A_reopening_hands_out_again_what_was_neither_acked_nor_refused_in_order) {
  SourceTrial source(generator(), config({{"count", "5"}}));
  source.open();
  const Lease lease = source.take(5);
  source.ack({lease[1].position});
  source.nack({lease[3].position}, 0);
  source.close();
  source.open();
  const Lease again = source.take(10);
  EXPECT_EQ(again.values(),
            (std::vector<std::string>{lease.values()[0], lease.values()[2], lease.values()[4]}));
  source.ack(lease.positions());  // of the earlier opening: counted, and nothing else
  EXPECT_EQ(source.host().metric(0), 5);
  source.ack(again.positions());
  Lease end;
  EXPECT_EQ(source.poll(end, 10, 10), CONNECTOR_END);
}

TEST(GeneratorSource, The_rate_is_kept) {
  SourceTrial source(generator(), config({{"rate", "200"}, {"count", "41"}}));
  source.open();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(all_of(source).size(), 41u);
  EXPECT_GE(std::chrono::steady_clock::now() - start,
            std::chrono::milliseconds(199));  // 40 intervals after the first
}

TEST(GeneratorSource, A_host_that_took_nothing_for_long_is_not_flooded) {
  SourceTrial source(generator(), config({{"rate", "1000"}, {"batch", "100000"}}));
  source.open();
  Lease none;
  source.poll(none, 0, 1300);  // the host was held up
  EXPECT_LE(source.take(100'000).size(), 1000u);
}

TEST(GeneratorSource, Wake_ends_a_wait_for_the_rate) {
  SourceTrial source(generator(), config({{"rate", "0.001"}}));
  source.open();
  EXPECT_EQ(source.take(10).size(), 1u);
  source.wake();
  Lease none;
  EXPECT_EQ(source.poll(none, 10, 600'000), CONNECTOR_OK);
  EXPECT_EQ(none.size(), 0u);
}

TEST(GeneratorSource, What_cannot_be_is_refused_with_the_reason) {
  const auto refusal = [](Settings settings) {
    FakeHost host;
    TestCall call;
    const std::string json = config(std::move(settings));
    EXPECT_EQ(generator().create(host.raw(), connector::view(json), call), nullptr);
    return call.message();
  };
  EXPECT_NE(refusal({{"duplicates", "0.6"}, {"poison", "0.6"}}).find("together at most 1"),
            std::string::npos);
  EXPECT_NE(refusal({{"id_prefix", "\""}}).find("id_prefix"), std::string::npos);
}

std::string identity(Settings settings) {
  return identity_of(SourceTrial(generator(), config(std::move(settings))));
}

TEST(GeneratorSource, The_identity_has_every_option_that_changes_a_record) {
  const std::string plain = identity({});
  EXPECT_EQ(plain, "generator:id_prefix=evt-1-&seed=1&size=256&keys=0&duplicates=0&poison=0");
  for (const auto& [name, value] : Settings{{"seed", "2"},
                                            {"id_prefix", "e"},
                                            {"size", "1KiB"},
                                            {"keys", "3"},
                                            {"duplicates", "0.1"},
                                            {"poison", "0.1"}}) {
    EXPECT_NE(identity({{name, value}}), plain) << name;
  }
  EXPECT_NE(identity({{"id_prefix", "e&seed=2"}}), identity({{"id_prefix", "e"}, {"seed", "2"}}));
}

TEST(GeneratorSource, The_identity_has_no_option_that_only_changes_the_pace) {
  EXPECT_EQ(identity({{"count", "7"}, {"rate", "10"}, {"batch", "5"}}), identity({}));
  EXPECT_EQ(identity({{"id_prefix", "evt-1-"}, {"duplicates", "0.10"}, {"size", "1KiB"}}),
            identity({{"duplicates", "1e-1"}, {"size", "1024B"}}));
}

class GeneratorConformance : public ::testing::TestWithParam<SourceRule> {};

TEST_P(GeneratorConformance, Holds) {
  SourceSubject subject{generator(), config()};
  ASSERT_NO_THROW(GetParam().check(subject));
}

INSTANTIATE_TEST_SUITE_P(Rules, GeneratorConformance, ::testing::ValuesIn(source_rules()),
                         [](const auto& rule) { return std::string(rule.param.name); });

}  // namespace
