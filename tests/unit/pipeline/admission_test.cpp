// Records whose decoded values have no room in the in-flight budget.
#include "tests/unit/pipeline/compressed.hpp"
#include "tests/unit/pipeline/scripted_task.hpp"

namespace connector_host::pipeline {

class AdmissionTest : public ScriptedTask {
 protected:
  static constexpr std::size_t large = 100'000;

  AdmissionTest() {
    settings.decode.for_sink = true;
    settings.max_in_flight_bytes = 4 * large;
  }
  void give_encoded(std::deque<std::string> ids) {
    for (const std::string& each : ids) {
      values[each] =
          R"({"event_id":")" + each + R"(","filling":")" + std::string(large, 'f') + R"("})";
      script_.values[each] = compressed::gzip(values[each]);
    }
    give(std::move(ids));
  }
  TaskGauges gauges() const {
    TaskGauges out;
    task->counts(&out);
    return out;
  }
  // With a window of several records, and a sink that waits.
  void start_with_a_window() {
    give({"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p"});
    start();
    ASSERT_TRUE(
        comes([&] { return count(IntakeCount::delivered) == 16 && gauges().window >= 16; }));
    script_.sink_waits = true;
  }
  static std::deque<std::string> sixty() {
    std::deque<std::string> out;
    for (int i = 0; i < 60; ++i) out.push_back(std::to_string(i));
    return out;
  }

  std::map<std::string, std::string> values;
};

TEST_F(AdmissionTest, Decoded_values_of_one_poll_wait_for_room_and_are_all_delivered) {
  start_with_a_window();
  give_encoded(sixty());
  EXPECT_TRUE(
      comes([&] { return gauges().in_flight_bytes >= 4 * large && gauges().in_flight > 5; }));
  EXPECT_LT(gauges().in_flight_bytes, 6 * large)
      << "four decoded values, one that exceeds them, and what they were made of";
  script_.sink_waits = false;
  EXPECT_TRUE(comes([&] { return count(IntakeCount::delivered) == 76; }));
  for (const std::string& each : sixty()) EXPECT_TRUE(script_.taken[each] == values[each]) << each;
  EXPECT_EQ(gauges().in_flight_bytes, 0u);
}

TEST_F(AdmissionTest, A_stop_returns_those_that_wait) {
  settings.drain_timeout = 50ms;
  start_with_a_window();
  give_encoded(sixty());
  EXPECT_TRUE(
      comes([&] { return gauges().in_flight_bytes >= 4 * large && gauges().in_flight > 5; }));
  task->stop();
  task->join();
  EXPECT_EQ(task->status().state, TaskState::stopped);
  EXPECT_GT(count(IntakeCount::returned), 5u);
  EXPECT_EQ(count(IntakeCount::received),
            count(IntakeCount::delivered) + count(IntakeCount::returned));
}

TEST_F(AdmissionTest, A_decoded_value_outlives_the_lease_of_its_record) {
  script_.sink_never_takes_bad = true;
  give_encoded({"bad"});
  start();
  EXPECT_TRUE(comes([&] { return count(LaneCount::put_off_by_sink) > 20; }))
      << "longer than a record stays in its lease";
  script_.sink_never_takes_bad = false;
  EXPECT_TRUE(comes([&] { return count(IntakeCount::delivered) == 1; }));
  EXPECT_TRUE(script_.taken["bad"] == values["bad"]);
}

}  // namespace connector_host::pipeline
