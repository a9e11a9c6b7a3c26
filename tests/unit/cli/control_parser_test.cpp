// A wrong command line exits 2 and nothing is asked.
#include "tests/unit/cli/control_fixture.hpp"

namespace connector_host::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using ControlParserTest = ControlTest;

TEST_F(ControlParserTest, What_is_missing_or_contradicts_itself_exits_2) {
  const std::vector<std::vector<std::string>> wrong = {
      {"pause"},
      {"pause", ""},
      {"pause", "a", "--all"},
      {"pause", "a", "b"},
      {"pause", "a", "--wait", "soon"},
      {"pause", "a", "--wait", "0"},
      {"resume"},
      {"stop"},
      {"restart"},
      {"restart", "a", "--task", "x"},
      {"restart", "a", "--task", "-1"},
      {"restart", "a", "--task", ""},
      {"restart", "a", "--task", "1", "--tasks"},
      {"restart", "--all", "--task", "1"},
      {"status", ""},
      {"status", "--user", "u"},
      {"status", "--cert", "c"},
      {"status", "--timeout", "0s"},
      {"status", "--timeout", "99999999999999999999"},
      {"offsets"},
      {"offsets", "a", "--set", ""},
      {"offsets", "a", "--set", "f", "--reset"},
      {"offsets", "a", "--set", "/nonexistent"},
      {"log-level", ""},
      {"log-level", "root", "INFO", "more"},
      {"reload", "now"},
      {"top", "--count", "0"},
      {"top", "--count", "-1"},
      {"top", "--count", "1.5"},
      {"top", "--count", ""},
      {"top", "--interval", "-1"},
      {"status", "--nonsense"}};
  for (const auto& each : wrong) {
    const Outcome outcome = run(each);
    EXPECT_EQ(outcome.code, 2) << testing::PrintToString(each) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, HasSubstr("connector-host: "));
  }
  EXPECT_THAT(server.asked(), IsEmpty());
}

TEST_F(ControlParserTest, A_count_that_is_none_is_told_in_plain_words) {
  for (const std::string each : {"0", "many"})
    EXPECT_EQ(run({"top", "--count", each}).err,
              "connector-host: --count: '" + each +
                  "' is no count; write a whole number from 1; see connector-host --help\n");
}

TEST_F(ControlParserTest, Every_command_has_help) {
  for (const char* each :
       {"status", "pause", "resume", "stop", "restart", "offsets", "log-level", "reload", "top"}) {
    const Outcome outcome = run_as_it_is({each, "--help"});
    EXPECT_EQ(outcome.code, 0);
    EXPECT_THAT(outcome.out, HasSubstr("CONNECTOR_HOST_URL"));
    EXPECT_THAT(outcome.out, HasSubstr("Exit codes"));
    EXPECT_THAT(run_as_it_is({"--help"}).out, HasSubstr(std::string("\n  ") + each + " "));
  }
}

}  // namespace
}  // namespace connector_host::cli
