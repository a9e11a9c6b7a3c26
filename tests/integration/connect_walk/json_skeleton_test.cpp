#include "tests/integration/connect_walk/json_skeleton.hpp"

#include <gtest/gtest.h>

namespace integration {
namespace {

using nlohmann::json;

json skeleton(const char* text, const std::set<std::string>& maps = {}) {
  return skeleton_of(json::parse(text), maps);
}

TEST(JsonSkeleton, An_object_keeps_its_names_and_loses_its_values) {
  EXPECT_EQ(skeleton(R"({"a": 1, "b": "x", "c": null, "d": true, "e": 1.5})"),
            json::parse(
                R"({"a": "integer", "b": "string", "c": "null", "d": "boolean", "e": "number"})"));
}

TEST(JsonSkeleton, An_array_is_the_union_of_its_elements) {
  EXPECT_EQ(skeleton(R"([{"a": 1}, {"a": null, "b": []}, {"a": 2, "b": ["x"]}])"),
            json::parse(R"([{"a": {"|": ["integer", "null"]}, "b?": ["string"]}])"));
}

TEST(JsonSkeleton, Free_keys_count_by_their_values_only) {
  EXPECT_EQ(skeleton(R"({"config": {"a": "1", "b": "2"}})"),
            json::parse(R"({"config": {"*": "string"}})"));
  EXPECT_EQ(skeleton(R"({"x": {"a": 1}, "y": {"b": 1}})", {""}),
            json::parse(R"({"*": {"a?": "integer", "b?": "integer"}})"));
}

TEST(JsonSkeleton, More_members_are_no_difference_and_fewer_are) {
  const json small = skeleton(R"({"a": 1})"), large = skeleton(R"({"a": 1, "b": 2})");
  EXPECT_TRUE(missing_in(large, small).empty());
  EXPECT_EQ(missing_in(small, large), std::vector<std::string>{"/b is missing"});
}

TEST(JsonSkeleton, What_some_elements_lack_may_be_missing_and_what_all_have_may_not) {
  const json some = skeleton(R"([{"a": 1}, {"b": 1, "a": 1}])"),
             all = skeleton(R"([{"a": 1, "b": 1}])"), none = skeleton(R"([{"a": 1}])");
  EXPECT_TRUE(missing_in(all, some).empty());
  EXPECT_TRUE(missing_in(none, some).empty());
  EXPECT_EQ(missing_in(some, all), std::vector<std::string>{"/-/b is missing in some"});
}

TEST(JsonSkeleton, Another_type_is_a_difference_and_one_of_those_seen_is_none) {
  const json seen = skeleton(R"([{"a": 1}, {"a": null}])");
  EXPECT_TRUE(missing_in(skeleton(R"([{"a": null}])"), seen).empty());
  EXPECT_EQ(missing_in(skeleton(R"([{"a": "1"}])"), seen).size(), 1u);
  EXPECT_EQ(missing_in(skeleton("[]"), skeleton("{}")).size(), 1u);
}

TEST(JsonSkeleton, Empty_and_filled_arrays_are_different) {
  EXPECT_EQ(missing_in(skeleton("[]"), skeleton("[1]")), std::vector<std::string>{" is empty"});
  EXPECT_EQ(missing_in(skeleton("[1]"), skeleton("[]")), std::vector<std::string>{" is not empty"});
}

}  // namespace
}  // namespace integration
