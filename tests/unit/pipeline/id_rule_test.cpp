#include "host/pipeline/id_rule.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

#include "connector/view.hpp"
#include "plugins/redis/binding.hpp"

namespace connector_host::pipeline {
namespace {

using From = FieldRule::From;

struct Answer {
  std::string scoped, id, why;
};

Answer find(const std::string& value, FieldRule rule = {From::json, "/event_id"},
            const std::string& scope = "s") {
  RecordFields fields({std::move(rule)});
  connector_record record{};
  record.value = connector::view(value);
  fields.read(record, connector::text(record.value), "");
  Answer answer;
  const std::size_t at = IdRule(scope).find(fields, 0, answer.scoped, answer.why);
  if (at != std::string::npos) answer.id = answer.scoped.substr(at);
  return answer;
}

TEST(IdRule, Takes_the_string_or_the_integer_that_the_pointer_names) {
  EXPECT_EQ(find(R"({"event_id":"e-1"})").scoped, "s:e-1");
  EXPECT_EQ(find(R"({"event_id":42})").scoped, "s:#42");
  EXPECT_EQ(find(R"({"event_id":42})").id, "42");
  EXPECT_EQ(find(R"({"a":{"b/c":[{"x":1},{"id":"deep"}]}})", {From::json, "/a/b~1c/1/id"}).id,
            "deep");
  EXPECT_EQ(find(R"({"~":"t"})", {From::json, "/~0"}).id, "t");
}

// Merging two distinct ids would lose one record.
TEST(IdRule, Keeps_ids_apart_that_differ_in_type_or_in_a_single_byte) {
  const char* values[] = {R"({"event_id":1})",
                          R"({"event_id":"1"})",
                          R"({"event_id":"#1"})",
                          R"({"event_id":"##1"})",
                          R"({"event_id":" 1"})",
                          R"({"event_id":"1 "})",
                          R"({"event_id":"a"})",
                          R"({"event_id":"A"})",
                          R"({"event_id":-0})",
                          R"({"event_id":0})",
                          R"({"event_id":"0"})",
                          R"({"event_id":"\u00e9"})",
                          R"({"event_id":"e\u0301"})",
                          R"({"event_id":"a\u0000"})",
                          R"({"event_id":12345678901234567890123456789})",
                          R"({"event_id":12345678901234567890123456780})"};
  std::set<std::string> seen;
  for (const char* value : values) {
    const Answer answer = find(value);
    EXPECT_TRUE(answer.why.empty()) << value << ": " << answer.why;
    EXPECT_TRUE(seen.insert(answer.scoped).second) << value;
  }
}

TEST(IdRule, Reads_the_same_string_however_it_is_escaped) {
  EXPECT_EQ(find(R"({"event_id":"\u0041\/"})").scoped, find(R"({"event_id":"A/"})").scoped);
}

TEST(IdRule, Says_why_a_record_has_no_usable_id) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"n":1})", "the value has no /event_id"},
      {R"([1,2])", "the value has no /event_id"},
      {R"("text")", "the value has no /event_id"},
      {R"({"event_id":1.5})", "/event_id is neither a string nor an integer"},
      {R"({"event_id":1e3})", "/event_id is neither a string nor an integer"},
      {R"({"event_id":true})", "/event_id is neither a string nor an integer"},
      {R"({"event_id":null})", "/event_id is neither a string nor an integer"},
      {R"({"event_id":{"event_id":"x"}})", "/event_id is neither a string nor an integer"},
      {R"({"event_id":["x"]})", "/event_id is neither a string nor an integer"},
      {R"({"event_id":""})", "the id is empty"},
      {R"({"event_id":"a","event_id":"a"})", "the value has a key of /event_id twice"},
      {R"({"event_id":"a","event\u005fid":"b"})", "the value has a key of /event_id twice"}};
  for (const auto& [value, why] : rows) EXPECT_EQ(find(value).why, why) << value;
}

TEST(IdRule, Refuses_what_is_not_JSON_also_behind_the_id) {
  const std::string rows[] = {"",
                              "{",
                              "nul",
                              "{\"event_id\":\"a\"",
                              R"({"event_id":"a",})",
                              R"({"event_id":"a"} x)",
                              R"({"event_id":"a"}{})",
                              R"({"event_id":"a","n":01})",
                              R"({"event_id":"a","n":1.})",
                              R"({"event_id":"a","n":.5})",
                              R"({"event_id":"a","n":+1})",
                              R"({"event_id":"a","n":1e})",
                              R"({"event_id":"a","n":tru})",
                              R"({"event_id":"a","n":nulll})",
                              R"({"event_id":"a","s":"\q"})",
                              R"({"event_id":"a","s":"\ud800"})",
                              R"({"a":1 "event_id":"a"})",
                              "{\"event_id\":\"a\",\"s\":\"\xff\"}",
                              "{\"event_id\":\"a\",\"s\":\"\n\"}",
                              "not json",
                              std::string(3000, '[')};
  for (const std::string& value : rows)
    EXPECT_TRUE(find(value).why.starts_with("the value is not JSON"))
        << value.substr(0, 60) << " -> " << find(value).why;
}

TEST(IdRule, Takes_valid_JSON_that_other_parsers_stumble_over) {
  EXPECT_EQ(find(R"({"event_id":"a","n":1e999})").id, "a");
  EXPECT_EQ(find(R"({"event_id":"a","n":123456789012345678901234567890.5e-7})").id, "a");
  EXPECT_EQ(find("\n\t {\"event_id\" : \"a\" } \r\n").id, "a");
  EXPECT_EQ(find("\xef\xbb\xbf{\"event_id\":\"a\"}").id, "a")
      << "a byte order mark, which some writers put first";
  EXPECT_TRUE(
      find("\xef\xbb\xbf\xef\xbb\xbf{\"event_id\":\"a\"}").why.starts_with("the value is not JSON"))
      << "one is enough";
  EXPECT_TRUE(find("\xef\xbb\xbf").why.starts_with("the value is not JSON"));
}

TEST(IdRule, Brackets_without_end_do_not_use_up_the_stack) {
  const std::size_t deep = 2'000'000;
  EXPECT_TRUE(find(std::string(deep, '[') + std::string(deep, ']'))
                  .why.starts_with("the value is not JSON"));
  const std::size_t fine = 400;
  EXPECT_EQ(
      find("{\"a\":" + std::string(fine, '[') + std::string(fine, ']') + ",\"event_id\":\"x\"}").id,
      "x");
}

TEST(IdRule, An_id_may_have_512_bytes_and_no_more) {
  EXPECT_EQ(find("{\"event_id\":\"" + std::string(512, 'x') + "\"}").id.size(), 512u);
  EXPECT_EQ(find("{\"event_id\":\"" + std::string(513, 'x') + "\"}").why,
            "the id has 513 bytes, more than 512");
}

TEST(IdRule, Finds_an_id_in_a_header_the_message_id_or_the_key) {
  const connector_header headers[] = {
      {connector::view("other"), connector::view("no"), CONNECTOR_TEXT, 0},
      {connector::view("n"), connector::view("7"), CONNECTOR_INT64, 0},
      {connector::view("d"), connector::view("7.5"), CONNECTOR_DOUBLE, 0}};
  connector_record record{};
  record.headers = headers;
  record.header_count = 3;
  record.id = connector::view("mid");
  const auto ask = [&](FieldRule rule) {
    RecordFields fields({std::move(rule)});
    fields.read(record, {}, "");
    Answer answer;
    IdRule("").find(fields, 0, answer.scoped, answer.why);
    return answer;
  };
  EXPECT_EQ(ask({From::header, "other"}).scoped, "no");
  EXPECT_EQ(ask({From::header, "n"}).scoped, "#7");
  EXPECT_EQ(ask({From::header, "d"}).why, "header d is neither text nor an integer");
  EXPECT_EQ(ask({From::header, "x"}).why, "there is no header x");
  EXPECT_EQ(ask({From::message_id, ""}).scoped, "mid");
  EXPECT_EQ(ask({From::key, ""}).why, "the record has no key");
}

TEST(IdRule, A_scope_and_an_id_are_never_taken_for_another_scope_and_id) {
  EXPECT_NE(IdRule::encode_scope("a") + ":" + "b:c", IdRule::encode_scope("a:b") + ":" + "c");
  EXPECT_NE(IdRule::encode_scope("a:b"), IdRule::encode_scope("a%3Ab"));
  EXPECT_EQ(find(R"({"event_id":"x"})", {From::json, "/event_id"}, "").scoped, "x");
}

// The redis plugin keeps the binding of a scope beside the ids, under the id #%bound:SCOPE.
TEST(IdRule, No_scope_and_id_look_like_the_binding_of_a_scope) {
  using connector_host_plugins::redis::binding_id;
  const std::string parts[] = {"",         "#", "#%bound", "%bound", "#%bound:s",
                               "%bound:s", "s", "bound:s", ":s"};
  for (const std::string& scope : parts) {
    for (const std::string& id : parts) {
      const Answer answer = find(R"({"event_id":")" + id + R"("})", {From::json, "/event_id"},
                                 IdRule::encode_scope(scope));
      EXPECT_FALSE(answer.scoped.starts_with(binding_id(""))) << answer.scoped;
    }
  }
}

TEST(IdRule, No_bytes_make_it_read_beyond_them_or_never_end) {
  std::mt19937 random(5);
  const std::string seed = R"({"event_id":"abc","n":[1,2.5e3,{"x":null,"y":"\u00e9\\"}],"b":true})";
  for (int i = 0; i < 20000; ++i) {
    std::string value = seed.substr(0, random() % (seed.size() + 1));
    for (unsigned changes = random() % 4; changes > 0 && !value.empty(); --changes)
      value[random() % value.size()] = char(random());
    find(value);
  }
}

}  // namespace
}  // namespace connector_host::pipeline
