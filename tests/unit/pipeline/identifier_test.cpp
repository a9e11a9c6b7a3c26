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
    Identifier identifier(rule, {}, "x", without_secret, counters);
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
    EXPECT_EQ(connector::text(entry.record.value), R"({"event_id":"1"} and m)") << "for the dead letter";
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

}  // namespace
}  // namespace connector_host::pipeline
