// What the identifier makes of a record: an id, none, or a rejection with its reason.
#include "host/pipeline/identifier.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "connector/view.hpp"

namespace connector_host::pipeline {
namespace {

std::string without_secret(std::string_view text) {
  std::string scrubbed(text);
  if (const std::size_t at = scrubbed.find("s3cret"); at != std::string::npos) {
    scrubbed.replace(at, 6, "***");
  }
  return scrubbed;
}

class IdentifierTest : public testing::Test {
 protected:
  Entry identified(std::optional<FieldRule> rule, const char* value) {
    Entry entry;
    entry.record.value = connector::view(value);
    return identified(rule, std::move(entry));
  }
  Entry unreadable(std::optional<FieldRule> rule, std::optional<std::string> why) {
    Entry entry;
    connector_origin origin{sizeof(connector_origin), 0, {}, {}};
    if (why) origin.reason = connector::view(*why);
    entry.record.value = connector::view(R"({"event_id":"1"} and m)");
    entry.record.flags = CONNECTOR_UNREADABLE;
    entry.record.origin = &origin;
    return identified(rule, std::move(entry));
  }
  Entry identified(std::optional<FieldRule> rule, Entry entry) {
    entry.record.id = connector::view("the source's own");
    Identifier identifier(rule, {}, Ordering::source, "x", without_secret, counters);
    const bool found = identifier.identify(entry);
    EXPECT_EQ(found, entry.has_id());
    EXPECT_EQ(entry.record.origin, nullptr) << "it ends with the lease, the entry does not";
    return entry;
  }
  IntakeCounters counters;
  const std::optional<FieldRule> none, json = FieldRule{FieldRule::From::json, "/event_id"};
};

TEST_F(IdentifierTest, A_record_without_an_id_is_rejected_where_the_rule_wants_one) {
  EXPECT_EQ(identified(json, R"({"event_id":"1"})").id, "x:1");
  const Entry entry = identified(json, "no JSON");
  EXPECT_EQ(entry.stage, Stage::rejected);
  EXPECT_STREQ(entry.failed_at, "IDENTIFY");
  EXPECT_EQ(counters[IntakeCount::unidentified].value(), 1u);
  EXPECT_EQ(identified(none, "no JSON").stage, Stage::fresh);
}

TEST_F(IdentifierTest, An_unreadable_record_is_rejected_with_the_sources_reason_by_every_rule) {
  for (const std::optional<FieldRule>& rule : {none, json}) {
    const Entry entry = unreadable(rule, R"({"event_id":"1"} is too long)");
    EXPECT_EQ(entry.stage, Stage::rejected);
    EXPECT_STREQ(entry.failed_at, "TASK_POLL");
    EXPECT_EQ(entry.reason, R"({"event_id":"1"} is too long)");
    EXPECT_EQ(connector::text(entry.record.value), R"({"event_id":"1"} and m)")
        << "for the dead letter";
    EXPECT_TRUE(connector::is_null(entry.record.id));
  }
  EXPECT_EQ(counters[IntakeCount::unreadable].value(), 2u);
  EXPECT_EQ(counters[IntakeCount::unidentified].value(), 0u);
}

TEST_F(IdentifierTest, The_reason_of_an_unreadable_record_is_scrubbed_bounded_and_never_empty) {
  EXPECT_EQ(unreadable(none, "of s3cret").reason, "of ***");
  EXPECT_EQ(unreadable(none, std::string(5000, 'r')).reason.size(), 1000u);
  EXPECT_NE(unreadable(none, std::nullopt).reason, "");
}

class OrderKeyTest : public testing::Test {
 protected:
  // Of a record without an id.
  Entry of(Ordering ordering, std::uint64_t order, const char* key, std::uint64_t position) {
    IntakeCounters counters;
    Identifier identifier({}, {}, ordering, "", without_secret, counters);
    Entry entry;
    if (key) entry.record.key = connector::view(key);
    entry.record.order = order;
    entry.record.position = position;
    identifier.identify(entry);
    return entry;
  }
  bool same(Ordering ordering, std::uint64_t order1, const char* key1, std::uint64_t order2,
            const char* key2) {
    return of(ordering, order1, key1, 1).order_key == of(ordering, order2, key2, 2).order_key;
  }
};

TEST_F(OrderKeyTest, Without_a_word_the_groups_of_the_source_are_kept_and_else_the_key) {
  EXPECT_TRUE(same(Ordering::source, 7, "a", 7, "b"));
  EXPECT_FALSE(same(Ordering::source, 7, "a", 8, "a"));
  EXPECT_TRUE(same(Ordering::source, 0, "a", 0, "a"));
  EXPECT_FALSE(same(Ordering::source, 0, "a", 0, "b"));
  EXPECT_FALSE(same(Ordering::source, 0, nullptr, 0, nullptr));
}

TEST_F(OrderKeyTest, By_key_the_groups_of_the_source_do_not_count) {
  EXPECT_FALSE(same(Ordering::key, 7, "a", 7, "b"));
  EXPECT_FALSE(same(Ordering::key, 7, nullptr, 7, nullptr));
  EXPECT_TRUE(same(Ordering::key, 7, "a", 8, "a"));
}

TEST_F(OrderKeyTest, By_queue_what_has_no_group_is_one) {
  EXPECT_TRUE(same(Ordering::queue, 0, "a", 0, nullptr));
  EXPECT_TRUE(same(Ordering::queue, 7, "a", 7, "b"));
  EXPECT_FALSE(same(Ordering::queue, 7, "a", 8, "a"));
}

TEST_F(OrderKeyTest, A_sink_is_told_the_group_only_where_its_order_is_kept) {
  EXPECT_EQ(of(Ordering::source, 7, "a", 1).record.order, 7u);
  EXPECT_EQ(of(Ordering::key, 7, "a", 1).record.order, 0u);
  EXPECT_EQ(of(Ordering::none, 7, "a", 1).record.order, 0u);
  EXPECT_NE(of(Ordering::queue, 0, "a", 1).record.order, 0u);
}

}  // namespace
}  // namespace connector_host::pipeline
