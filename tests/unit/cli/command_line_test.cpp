// What a person mistypes is answered by what there is instead, in one line.
#include "host/cli/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace connector_host::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

ParsedCommandLine parsed(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "connector-host");
  return parse_command_line(int(arguments.size()), arguments.data());
}

// Why it was refused.
std::string complaint(const std::vector<const char*>& arguments) {
  const ParsedCommandLine result = parsed(arguments);
  EXPECT_FALSE(result.command_line) << testing::PrintToString(arguments);
  EXPECT_EQ(result.code, exit_config) << testing::PrintToString(arguments);
  EXPECT_EQ(std::count(result.text.begin(), result.text.end(), '\n'), 1) << result.text;
  return result.text;
}

TEST(CommandLineTest, A_topology_is_named_with_and_without_its_option) {
  for (const char* command : {"run", "validate", "check"}) {
    for (const auto& arguments : std::vector<std::vector<const char*>>{
             {command, "f.yaml"}, {command, "--topology", "f.yaml"}}) {
      const ParsedCommandLine result = parsed(arguments);
      ASSERT_TRUE(result.command_line) << result.text;
      EXPECT_EQ(result.command_line->topology, "f.yaml");
    }
  }
  ASSERT_TRUE(parsed({"--topology", "f.yaml"}).command_line);
  EXPECT_EQ(parsed({"--topology", "f.yaml"}).command_line->command, Command::run);
}

TEST(CommandLineTest, Without_a_topology_it_says_how_one_is_named) {
  EXPECT_THAT(complaint({"run"}), HasSubstr("name a topology: run FILE"));
  EXPECT_THAT(complaint({"validate"}), HasSubstr("name a topology: validate FILE"));
  EXPECT_THAT(complaint({"check", "--json"}), HasSubstr("name a topology: check FILE"));
  EXPECT_THAT(complaint({}), HasSubstr("name a topology: run FILE"));
  EXPECT_THAT(complaint({"validate", ""}), HasSubstr("name a topology: validate FILE"));
}

TEST(CommandLineTest, Two_topologies_are_one_too_many) {
  EXPECT_THAT(complaint({"validate", "a.yaml", "--topology", "b.yaml"}),
              HasSubstr("one topology, not two: validate FILE"));
  EXPECT_THAT(complaint({"--topology", "a.yaml", "run", "b.yaml"}),
              HasSubstr("one topology, not two: run FILE"));
}

TEST(CommandLineTest, The_help_shows_both_ways_as_one) {
  for (const std::string command : {"run", "validate", "check"}) {
    const std::string help = parsed({command.c_str(), "--help"}).text;
    EXPECT_THAT(help, HasSubstr("Usage: connector-host " + command + " [OPTIONS] FILE\n"));
    EXPECT_THAT(help, HasSubstr("--topology FILE"));
    EXPECT_THAT(help, Not(HasSubstr("REQUIRED")));
  }
  EXPECT_THAT(parsed({"validate", "--help"}).text,
              HasSubstr("the first mistake of each component"));
}

TEST(CommandLineTest, A_run_has_no_JSON_to_print) {
  EXPECT_THAT(parsed({"run", "--help"}).text, Not(HasSubstr("--json")));
  EXPECT_THAT(parsed({"--help"}).text, Not(HasSubstr("--json")));
  EXPECT_THAT(complaint({"run", "f.yaml", "--json"}), HasSubstr("--json"));
  EXPECT_THAT(complaint({"--json", "--topology", "f.yaml"}), HasSubstr("--json"));
  EXPECT_TRUE(parsed({"validate", "f.yaml", "--json"}).command_line->json);
}

TEST(CommandLineTest, A_command_that_there_is_not_is_named) {
  EXPECT_EQ(complaint({"frob"}),
            "connector-host: there is no command 'frob'; see connector-host --help\n");
  EXPECT_EQ(complaint({"frob", "--json", "more"}),
            "connector-host: there is no command 'frob'; see connector-host --help\n");
  EXPECT_EQ(complaint({"plugin", "lst"}),
            "connector-host: there is no command 'plugin lst': list, describe\n");
  EXPECT_EQ(complaint({"plugin"}), "connector-host: which command of plugin? list, describe\n");
  EXPECT_THAT(complaint({"--tpology", "f.yaml"}), HasSubstr("--tpology"));
  EXPECT_THAT(complaint({"schema", "frob"}), HasSubstr("not expected: frob"));
}

}  // namespace
}  // namespace connector_host::cli
