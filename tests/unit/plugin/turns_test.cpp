#include "host/plugin/turns.hpp"

#include <gtest/gtest.h>
#include <connector/plugin.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include "connector/testing/plugin_under_test.hpp"
#include "host/plugin/sink_handle.hpp"

namespace connector_host::plugin {
namespace {

using namespace std::chrono_literals;

std::atomic<int> inside = 0, most_inside = 0;

// Says what is in it at most at one time.
class SingleSink : public connector::Sink {
 public:
  static constexpr std::string_view type = "single", description = "Takes one call at a time.";
  static constexpr std::uint32_t max_parallel = 1;
  SingleSink(connector::Host, const connector::Config&) {}
  void check(connector::Call&) override { stay(); }
  void write(connector::Records records, connector::Outcomes& outcomes, connector::Call&) override {
    stay();
    for (std::size_t i = 0; i < records.size(); ++i) outcomes.delivered(i);
  }

 private:
  void stay() {
    most_inside = std::max(most_inside.load(), ++inside);
    std::this_thread::yield();
    --inside;
  }
};

TEST(Turns, A_component_that_takes_one_call_at_a_time_gets_one_from_however_many_lanes) {
  const connector::testing::FakeHost host;
  SinkHandle sink(connector::detail::component_table<SingleSink>, *host.raw(), "{}");
  ASSERT_TRUE(sink.open(1s).ok());
  std::vector<std::thread> lanes;
  for (int lane = 0; lane < 4; ++lane) {
    lanes.emplace_back([&sink] {
      const connector_record record{};
      connector_outcome outcome{};
      for (int i = 0; i < 500; ++i) {
        Call call(1s);
        sink.write({&record, 1}, {&outcome, 1}, call);
        sink.check(1s);
      }
    });
  }
  for (std::thread& each : lanes) each.join();
  EXPECT_EQ(most_inside, 1);
}

TEST(Turns, Without_a_limit_nobody_waits) {
  Turns turns(0);
  const Turns::Turn first(turns), second(turns), third(turns);
}

}  // namespace
}  // namespace connector_host::plugin
