#include "host/admin/offset_entries.hpp"

#include <gtest/gtest.h>

namespace connector_host::admin {
namespace {

TEST(OffsetEntries, Tasks_on_one_queue_are_one_entry) {
  const Json merged = merged_offsets(
      {R"([{"partition":{"queue":"q"},"offset":{"acked":3,"last_ack":"2026-01-02"}}])",
       R"([{"partition":{"queue":"q"},"offset":{"acked":4,"last_ack":null}}, {"partition":{"queue":"r"},"offset":null}])",
       R"([{"partition":{"queue":"r"},"offset":{"acked":1}}])"});
  EXPECT_EQ(
      merged,
      Json::parse(
          R"([{"partition":{"queue":"q"},"offset":{"acked":7,"last_ack":"2026-01-02"}}, {"partition":{"queue":"r"},"offset":{"acked":1}}])"));
}

TEST(OffsetEntries, What_a_plugin_says_in_another_form_is_left_out) {
  const std::string odd =
      R"([{"partition":{},"offset":"7"},{"partition":"p","offset":{}},{"partition":{}},7,{"partition":{"p":1},"offset":{"n":1}}])";
  EXPECT_EQ(merged_offsets({odd, "no JSON", "{}", odd}),
            Json::parse(R"([{"partition":{"p":1},"offset":{"n":2}}])"));
}

}  // namespace
}  // namespace connector_host::admin
