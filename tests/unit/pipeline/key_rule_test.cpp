#include "host/pipeline/key_rule.hpp"

#include <gtest/gtest.h>

#include <set>

#include "connector/view.hpp"
#include "host/pipeline/identifier.hpp"

namespace connector_host::pipeline {
namespace {

using From = FieldRule::From;

class KeyRuleTest : public testing::Test {
 protected:
  // Its key, or "(none)".
  std::string key_of(const std::string& value, std::vector<FieldRule> parts,
                     bool reject_missing = false) {
    Identifier identifier(
        id, {std::move(parts), reject_missing}, ordering, "s",
        [](std::string_view text) { return std::string(text); }, counters);
    entry = {};
    entry.record.value = connector::view(value);
    entry.record.id = connector::view(source_id);
    entry.record.key = connector::view(source_key);
    entry.record.origin = &origin;
    entry.record.headers = headers;
    entry.record.header_count = std::size(headers);
    identifier.identify(entry);
    return connector::is_null(entry.record.key) ? "(none)"
                                                : std::string(connector::text(entry.record.key));
  }
  std::uint64_t without_key() const { return counters[IntakeCount::keyless].value(); }

  const connector_header headers[2] = {
      {connector::view("region"), connector::view("eu"), CONNECTOR_TEXT, 0},
      {connector::view("shard"), connector::view("7"), CONNECTOR_INT64, 0}};
  const std::string source_id = "mid", source_key = "its own";
  connector_origin origin{sizeof(connector_origin), 0, connector::view("orders.eu"), {}};
  std::optional<FieldRule> id = FieldRule{From::json, "/event_id"};
  Ordering ordering = Ordering::source;
  IntakeCounters counters;
  Entry entry;
};

TEST_F(KeyRuleTest, One_part_is_its_text) {
  const std::string value = R"({"event_id":"e","customer":{"id":"c-1"},"n":42})";
  EXPECT_EQ(key_of(value, {{From::json, "/customer/id"}}), "c-1");
  EXPECT_EQ(key_of(value, {{From::json, "/n"}}), "42");
  EXPECT_EQ(key_of(value, {{From::header, "region"}}), "eu");
  EXPECT_EQ(key_of(value, {{From::message_id, ""}}), "mid")
      << "what its source calls it, not its id";
  EXPECT_EQ(key_of(value, {{From::constant, "all"}}), "all");
  EXPECT_EQ(key_of(value, {{From::route, ""}}), "orders.eu");
  EXPECT_TRUE(entry.record.flags & CONNECTOR_KEYED_BY_RULE) << "for the sink";
  EXPECT_EQ(key_of(value, {}), "its own") << "without a rule";
  EXPECT_FALSE(entry.record.flags & CONNECTOR_KEYED_BY_RULE);
  EXPECT_EQ(entry.id, "s:e");
  EXPECT_EQ(connector::text(entry.record.id), "e");
  EXPECT_EQ(without_key(), 0u);
}

TEST_F(KeyRuleTest, Several_parts_are_a_JSON_array_and_no_two_lists_look_alike) {
  EXPECT_EQ(key_of(R"({"event_id":"e","a":"x","b":"y"})",
                   {{From::json, "/a"}, {From::json, "/b"}, {From::header, "shard"}}),
            R"(["x","y",7])");
  const std::vector<FieldRule> two = {{From::json, "/a"}, {From::json, "/b"}};
  std::set<std::string> seen;
  for (const char* value :
       {R"({"event_id":"e","a":"x","b":"\",\"y"})", R"({"event_id":"e","a":"x\",\"","b":"y"})",
        R"({"event_id":"e","a":"1","b":"2"})", R"({"event_id":"e","a":1,"b":"2"})",
        R"({"event_id":"e","a":"\\","b":"\n\u0000"})", R"({"event_id":"e","a":"","b":""})"})
    EXPECT_TRUE(seen.insert(key_of(value, two)).second) << value;
  EXPECT_TRUE(seen.contains(R"(["\\","\u000a\u0000"])"));
}

TEST_F(KeyRuleTest, A_missing_part_leaves_no_key_and_is_counted) {
  for (const char* value : {R"({"event_id":"e"})", R"({"event_id":"e","a":null})",
                            R"({"event_id":"e","a":1.5})", R"({"event_id":"e","a":"x","a":"y"})"}) {
    EXPECT_EQ(key_of(value, {{From::constant, "c"}, {From::json, "/a"}}), "(none)") << value;
    EXPECT_EQ(entry.stage, Stage::fresh);
    EXPECT_EQ(entry.order_key, entry.id_hash) << "ordered by its id, as a record without a key is";
  }
  origin.route = connector::null_view();
  EXPECT_EQ(key_of(R"({"event_id":"e"})", {{From::route, ""}}), "(none)");
  EXPECT_EQ(without_key(), 5u);
  EXPECT_EQ(counters[IntakeCount::unidentified].value(), 0u);
}

TEST_F(KeyRuleTest, With_on_missing_reject_it_is_rejected_with_the_reason) {
  EXPECT_EQ(key_of(R"({"event_id":"e"})", {{From::json, "/a"}}, true), "(none)");
  EXPECT_EQ(entry.stage, Stage::rejected);
  EXPECT_EQ(entry.reason, "the value has no /a");
  EXPECT_EQ(entry.id, "s:e") << "it has an id all the same";
  key_of("not json", {{From::json, "/a"}}, true);
  EXPECT_TRUE(entry.reason.starts_with("the value is not JSON")) << entry.reason;
  EXPECT_EQ(counters[IntakeCount::unidentified].value(), 2u);
  EXPECT_EQ(without_key(), 1u) << "a record that is rejected for its id is not asked for a key";
  key_of(R"({"event_id":"e","a":")" + std::string(KeyRule::longest_key + 1, 'k') + R"("})",
         {{From::json, "/a"}}, true);
  EXPECT_EQ(entry.reason, "the key has 4097 bytes, more than 4096");
}

TEST_F(KeyRuleTest, Works_without_ids_and_on_values_that_are_no_JSON) {
  id.reset();
  EXPECT_EQ(key_of("not json", {{From::header, "region"}}), "eu");
  EXPECT_EQ(key_of("not json", {{From::json, "/a"}}), "(none)");
  EXPECT_EQ(entry.stage, Stage::fresh);
  EXPECT_TRUE(connector::is_null(entry.record.id));
  id = FieldRule{From::key, ""};
  EXPECT_EQ(key_of("x", {{From::header, "region"}}), "eu");
  EXPECT_EQ(entry.id, "s:its own") << "the id is of the key that the source gave";
}

TEST_F(KeyRuleTest, Records_of_one_key_have_one_worker) {
  key_of(R"({"event_id":"1","c":"k"})", {{From::json, "/c"}});
  const std::uint64_t first = entry.order_key;
  key_of(R"({"event_id":"2","c":"k"})", {{From::json, "/c"}});
  EXPECT_EQ(entry.order_key, first);
  key_of(R"({"event_id":"1","c":"l"})", {{From::json, "/c"}});
  EXPECT_NE(entry.order_key, first);
}

TEST(JsonFields, Finds_up_to_32_values_in_one_pass) {
  std::vector<std::string> pointers;
  std::string value = "{";
  for (int i = 0; i < 32; ++i) {
    pointers.push_back("/f" + std::to_string(i));
    value += (i == 0 ? "\"f" : ",\"f") + std::to_string(i) + "\":\"v" + std::to_string(i) + "\"";
  }
  JsonFields fields(pointers);
  ASSERT_EQ(fields.read(value + "}"), "");
  for (std::size_t i = 0; i < 32; ++i) EXPECT_EQ(fields.field(i).text, "v" + std::to_string(i));
  pointers.emplace_back("/one/more");
  EXPECT_THROW(JsonFields{pointers}, std::invalid_argument);
  EXPECT_THROW(JsonFields({"no pointer"}), std::invalid_argument);
}

TEST(JsonFields, Pointers_may_begin_alike_be_equal_and_name_a_value_and_what_is_in_it) {
  JsonFields fields({"/a", "/a/b", "/a/b", "/a/c/0", "/d"});
  ASSERT_EQ(fields.read(R"({"a":{"b":"x","c":[7]}})"), "");
  EXPECT_EQ(fields.field(0).kind, JsonFields::Kind::other);
  EXPECT_EQ(fields.field(1).text + fields.field(2).text, "xx");
  EXPECT_EQ(fields.field(3).kind, JsonFields::Kind::integer);
  EXPECT_EQ(fields.field(4).kind, JsonFields::Kind::missing);
  ASSERT_EQ(fields.read(R"({"a":{"b":"x","b":"y"},"d":1})"), "");
  EXPECT_EQ(fields.field(1).kind, JsonFields::Kind::twice);
  EXPECT_EQ(fields.field(4).kind, JsonFields::Kind::integer);
  ASSERT_EQ(fields.read("{}"), "") << "nothing of the document before is left";
  EXPECT_EQ(fields.field(4).kind, JsonFields::Kind::missing);
}

}  // namespace
}  // namespace connector_host::pipeline
