#include "host/topology/problem.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "host/topology/problems.hpp"

namespace connector_host::topology {
namespace {

TEST(Problem, Is_one_line_with_place_code_path_and_fix) {
  const Problem problem{{"f.yaml", 23, 17},
                        "T012",
                        "connectors.x.source.prefetch",
                        "expected an integer from 1 to 65535, got \"many\"",
                        "remove the quotes"};
  EXPECT_EQ(problem.line(),
            "f.yaml:23:17: T012 connectors.x.source.prefetch: expected an integer from 1 to 65535, "
            "got \"many\"; remove the quotes");
}

TEST(Problem, Without_place_or_path_leaves_them_out) {
  EXPECT_EQ(
      (Problem{{"f.yaml", 0, 0}, "T001", "", "cannot read the file", "check the path"}).line(),
      "f.yaml: T001: cannot read the file; check the path");
}

TEST(Problem, Has_the_same_fields_as_JSON) {
  const auto json =
      nlohmann::json::parse(Problem{{"f\".yaml", 2, 3}, "T012", "a.b", "what\n", "fix"}.json());
  EXPECT_EQ(json, (nlohmann::json{{"file", "f\".yaml"},
                                  {"line", 2},
                                  {"column", 3},
                                  {"code", "T012"},
                                  {"path", "a.b"},
                                  {"what", "what\n"},
                                  {"fix", "fix"}}));
}

TEST(Problems, Come_in_the_order_of_the_file) {
  Problems problems("f");
  problems.add({3, 1}, code::missing, "", "third", "");
  problems.add({1, 9}, code::missing, "", "second", "");
  problems.add({1, 2}, code::missing, "", "first", "");
  const auto all = problems.take();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].what + all[1].what + all[2].what, "firstsecondthird");
}

TEST(Problems, Are_only_counted_beyond_a_hundred) {
  Problems problems("f");
  for (int i = 0; i < 250; ++i) problems.add({i + 1, 1}, code::missing, "", "x", "y");
  const auto all = problems.take();
  ASSERT_EQ(all.size(), Problems::most + 1);
  EXPECT_EQ(all.back().line(), "f: T099: 150 more problems are not shown; mend these first");
}

TEST(ProblemCode, Is_documented_under_its_title_and_nothing_else_is) {
  std::ifstream in(CONNECTOR_SOURCE_DIR "/docs/topology-errors.md");
  ASSERT_TRUE(in);
  std::vector<std::string> documented, declared;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("### ")) documented.push_back(line.substr(4));
  }
  for (const ProblemCode& each : problem_codes())
    declared.push_back(std::string(each.id) + " " + std::string(each.title));
  EXPECT_EQ(documented, declared);
}

}  // namespace
}  // namespace connector_host::topology
