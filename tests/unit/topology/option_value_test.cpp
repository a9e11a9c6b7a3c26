// What an option's value becomes, and what is said about a wrong one, for each type that
// connector/abi.h knows.
#include <gtest/gtest.h>

#include "tests/unit/topology/loading.hpp"

namespace connector_host::topology {
namespace {

using nlohmann::json;

class OptionValue : public testing::Test {
 protected:
  json value(const std::string& name, const std::string& yaml) {
    return loading_.value(name, yaml);
  }
  // "code path: what; fix" of the only problem.
  std::string complaint(const std::string& name, const std::string& yaml) {
    const auto loaded = loading_.text(Loading::around(name + ": " + yaml));
    if (loaded.problems.size() != 1) return std::to_string(loaded.problems.size()) + " problems";
    const std::string line = loaded.problems[0].line();
    return line.substr(line.find(": T") + 2);
  }

  Loading loading_;
};

const std::string sink = " connectors.x.sink.";

TEST_F(OptionValue, Every_declared_option_is_there_and_null_when_unset) {
  const auto loaded = loading_.text(Loading::around(""));
  ASSERT_TRUE(loaded.config);
  const json all = json::parse(loaded.config->connectors[0].sink.json);
  EXPECT_EQ(all.size(), 12u);
  for (const json& each : all) EXPECT_TRUE(each.is_null());
}

TEST_F(OptionValue, Strings_are_taken_as_written) {
  EXPECT_EQ(value("string", "plain text"), "plain text");
  EXPECT_EQ(value("string", "0123"), "0123");
  EXPECT_EQ(value("string", "true"), "true");
  EXPECT_EQ(value("string", "'null'"), "null");
  EXPECT_EQ(value("string", "\"\""), "");
  EXPECT_EQ(value("string", "\"a\\n\\u00fc\""), "a\n\u00fc");
  EXPECT_EQ(complaint("string", "[a]").substr(0, 59),
            "T018" + sink + "string: expected a text, got a list;");
}

TEST_F(OptionValue, Integers_are_whole_numbers_within_limits) {
  EXPECT_EQ(value("integer", "42"), 42);
  EXPECT_EQ(value("integer", "-5"), -5);
  EXPECT_EQ(
      complaint("integer", "\"42\""),
      "T012" + sink + "integer: expected an integer from -5 to 100, got \"42\"; remove the quotes");
  EXPECT_EQ(complaint("integer", "\"many\""),
            "T012" + sink +
                "integer: expected an integer from -5 to 100, got \"many\"; write a number without "
                "quotes, such as -5");
  EXPECT_EQ(complaint("integer", "1.5").substr(0, 4), "T012");
  EXPECT_EQ(complaint("integer", "101"), "T013" + sink +
                                             "integer: expected an integer from -5 to 100, got "
                                             "\"101\"; choose a number within these limits");
  EXPECT_EQ(complaint("integer", "99999999999999999999").substr(0, 4), "T012");
}

TEST_F(OptionValue, Numbers_may_have_a_fraction) {
  EXPECT_EQ(value("number", "0.25"), 0.25);
  EXPECT_EQ(value("number", "1"), 1.0);
  EXPECT_EQ(complaint("number", "1.5"), "T013" + sink +
                                            "number: expected a number from 0 to 1, got \"1.5\"; "
                                            "choose a number within these limits");
  EXPECT_EQ(complaint("number", ".nan").substr(0, 4), "T012");
}

TEST_F(OptionValue, Booleans_are_true_or_false) {
  EXPECT_EQ(value("boolean", "true"), true);
  EXPECT_EQ(value("boolean", "false"), false);
  EXPECT_EQ(complaint("boolean", "yes"),
            "T012" + sink + "boolean: expected true or false, got \"yes\"; write true or false");
  EXPECT_EQ(complaint("boolean", "'true'"),
            "T012" + sink + "boolean: expected true or false, got \"true\"; remove the quotes");
}

TEST_F(OptionValue, Durations_become_milliseconds) {
  EXPECT_EQ(value("duration", "200ms"), 200);
  EXPECT_EQ(value("duration", "'1m'"), 60'000);
  EXPECT_EQ(complaint("duration", "200"),
            "T017" + sink +
                "duration: expected a duration from 100ms to 1m, got \"200\"; add a unit: 200ms, "
                "or another of ms, s, m, h, d");
  EXPECT_EQ(complaint("duration", "500us"),
            "T017" + sink +
                "duration: expected a duration from 100ms to 1m, got \"500us\"; write a whole "
                "number and one of the units ms, s, m, h, d");
  EXPECT_EQ(complaint("duration", "soon").substr(0, 4), "T012");
  EXPECT_EQ(complaint("duration", "2h").substr(0, 4), "T013");
  EXPECT_EQ(complaint("duration", "99999999999999999999d").substr(0, 4), "T013");
}

TEST_F(OptionValue, Sizes_become_bytes) {
  EXPECT_EQ(value("size", "1KiB"), 1024);
  EXPECT_EQ(value("size", "1kB"), 1000);
  EXPECT_EQ(complaint("size", "64"), "T017" + sink +
                                         "size: expected a size from 10B to 1MiB, got \"64\"; add "
                                         "a unit: 64B, or another of B, KiB, MiB, GiB, kB, MB, GB");
  EXPECT_EQ(complaint("size", "1GiB").substr(0, 4), "T013");
}

TEST_F(OptionValue,
       A_missing_unit_is_most_likely_that_of_the_default_unless_that_goes_beyond_the_limits) {
  const auto told = [&](const std::string& line) {
    const auto lines = Loading::lines(loading_.text(Loading::around("") + "    " + line + "\n"));
    return lines.size() == 1 ? lines[0].substr(lines[0].find("add a unit"))
                             : testing::PrintToString(lines);
  };
  EXPECT_EQ(told("drain_timeout: 20"), "add a unit: 20s, or another of ms, s, m, h, d");
  EXPECT_EQ(told("drain_timeout: 20000"), "add a unit: 20000ms, or another of ms, s, m, h, d");
  EXPECT_EQ(told("max_in_flight_bytes: 64"),
            "add a unit: 64MiB, or another of B, KiB, MiB, GiB, kB, MB, GB");
  EXPECT_EQ(told("max_in_flight_bytes: 67108864"),
            "add a unit: 67108864B, or another of B, KiB, MiB, GiB, kB, MB, GB");
}

TEST_F(OptionValue, Lists_are_sequences_or_texts_with_commas) {
  EXPECT_EQ(value("list", "[a, 2, 'c,d']"), json({"a", "2", "c,d"}));
  EXPECT_EQ(value("list", "a, b ,c,"), json({"a", "b", "c"}));
  EXPECT_EQ(value("list", "[]"), json::array());
  EXPECT_EQ(value("list", "''"), json::array());
  EXPECT_EQ(complaint("list", "[a, [b]]").substr(0, 45), "T018" + sink + "list[1]: expected a te");
  EXPECT_EQ(value("colours", "[red, GREEN]"), json({"red", "green"}));
  EXPECT_EQ(complaint("colours", "[red, gren]"),
            "T014" + sink +
                "colours[1]: expected a list of red or green, got \"gren\"; did you mean 'green'?");
  EXPECT_EQ(complaint("list", "{a: b}").substr(0, 4), "T018");
}

TEST_F(OptionValue, Maps_keep_dotted_keys_as_they_are) {
  EXPECT_EQ(value("map", "{ linger.ms: 1, b: 'x', c: true }"),
            json({{"linger.ms", "1"}, {"b", "x"}, {"c", "true"}}));
  EXPECT_EQ(value("map", "{}"), json::object());
  EXPECT_EQ(value("properties", "{ linger.ms: 1, sasl.username: u }"),
            json({{"linger.ms", "1"}, {"sasl.username", "u"}}));
  EXPECT_EQ(complaint("properties", "{ linger.msec: 1 }"),
            "T011" + sink +
                "properties.linger.msec: key 'linger.msec' is not allowed here; did you mean "
                "'linger.ms'?");
  EXPECT_EQ(complaint("map", "{ ssl: { ca: x } }"),
            "T018" + sink +
                "map.ssl: expected a text, got a mapping; write the whole name as one key, with "
                "dots: ssl.x: ...");
  EXPECT_EQ(complaint("map", "text").substr(0, 4), "T018");
  EXPECT_EQ(complaint("map", "{ a: }").substr(0, 4), "T016");
}

TEST_F(OptionValue, Null_is_no_value) {
  EXPECT_EQ(
      complaint("string", ""),
      "T016" + sink + "string: has no value, expected a text; give it a value, or remove the line");
  EXPECT_EQ(complaint("integer", "~").substr(0, 4), "T016");
}

TEST_F(OptionValue, A_reference_gives_a_text_that_the_declared_type_reads) {
  loading_.variables = {{"INT", "42"},    {"BOOL", "true"}, {"TIME", "5s"},
                        {"SIZE", "1KiB"}, {"LIST", "a,b"},  {"YAML", "x\nevil: {a: [b"},
                        {"BAD", "canary"}};
  EXPECT_EQ(value("integer", "${INT}"), 42);
  EXPECT_EQ(value("integer", "\"${INT}\""), 42);
  EXPECT_EQ(value("integer", "\"${UNSET:-7}\""), 7);
  EXPECT_EQ(
      value("integer", "${UNSET:-7}${INT}").dump(),
      json(loading_.lines(loading_.text(Loading::around("integer: ${UNSET:-7}${INT}")))).dump());
  EXPECT_EQ(value("boolean", "${BOOL}"), true);
  EXPECT_EQ(value("duration", "${TIME}"), 5000);
  EXPECT_EQ(value("size", "${SIZE}"), 1024);
  EXPECT_EQ(value("list", "${LIST}"), json({"a", "b"}));
  EXPECT_EQ(value("list", "[\"${LIST}\", c]"), json({"a,b", "c"}));
  EXPECT_EQ(value("map", "{ a: \"${LIST}\" }"), json({{"a", "a,b"}}));
  EXPECT_EQ(value("string", "${YAML}"), "x\nevil: {a: [b") << "a value adds no YAML";
  EXPECT_EQ(value("string", "$${INT}"), "${INT}");
  EXPECT_EQ(complaint("integer", "${BAD}"),
            "T012" + sink +
                "integer: expected an integer from -5 to 100, got the value of ${BAD}; write a "
                "number without quotes, such as -5");
  EXPECT_EQ(complaint("duration", "${INT}"),
            "T017" + sink +
                "duration: expected a duration from 100ms to 1m, got the value of ${INT}; add a "
                "unit: ms, s, m, h, d");
}

TEST_F(OptionValue, What_was_written_is_kept_beside_what_it_means) {
  loading_.variables = {{"PASSWORD", "hunter2"}};
  const auto loaded =
      loading_.text(Loading::around("duration: 5s\nlist: [a, \"${PASSWORD}\"]\nmap: { "
                                    "sasl.password: '${PASSWORD}', b: c }\npin: 4711"));
  ASSERT_TRUE(loaded.config) << json(Loading::lines(loaded));
  const RawValues& raw = loaded.config->connectors[0].sink.raw;
  EXPECT_EQ(raw.at("type").text, "every-type");
  EXPECT_EQ(raw.at("duration").text, "5s");
  EXPECT_FALSE(raw.at("duration").reference);
  EXPECT_EQ(raw.at("list").text, "a,${PASSWORD}");
  EXPECT_TRUE(raw.at("list").reference);
  EXPECT_EQ(raw.at("map.sasl.password").text, "${PASSWORD}");
  EXPECT_TRUE(raw.at("map.sasl.password").reference && raw.at("map.sasl.password").secret);
  EXPECT_FALSE(raw.at("map.b").secret);
  EXPECT_TRUE(raw.at("pin").secret && !raw.at("pin").reference);
  EXPECT_FALSE(raw.contains("string"));
}

}  // namespace
}  // namespace connector_host::topology
