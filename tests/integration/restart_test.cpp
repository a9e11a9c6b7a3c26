// The host killed and restarted under load: what is lost (nothing) and what comes twice.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <iostream>

#include "tests/integration/line_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;
constexpr long prefetch = 2000;  // of the shipped topology: nothing more is ever in hand

TEST_F(LineTest,
       Killed_five_times_under_load_it_loses_nothing_and_repeats_at_most_what_was_in_hand) {
  const Plan sent = plan(60'000);
  make_queue();
  make_topics();
  const auto publisher = publishing(sent, 6000);
  long last = 0;
  std::vector<long> repeats;
  for (int kill = 0; kill < 5; ++kill) {
    start_host();
    ASSERT_TRUE(eventually([&] { return delivered() > 1000; }, 60s)) << log();
    host->signal(SIGKILL);
    ASSERT_TRUE(host->wait(10s).has_value());
    // What an earlier kill left in hand has come by now: this run has delivered more than that.
    const Account now = verify(sent, 0, 1'000'000);
    if (kill == 0) continue;  // before it there was none
    repeats.push_back(now.repeated - last);
    EXPECT_LE(repeats.back(), prefetch);
    last = now.repeated;
  }
  start_host();
  ASSERT_EQ(publisher->wait(120s), 0) << publisher->output();
  const Account account = verify_and_stop(sent, 60, 5 * prefetch);
  EXPECT_EQ(account.code, 0) << account.text;
  EXPECT_EQ(account.lost, 0);
  repeats.push_back(account.repeated - last);
  EXPECT_LE(repeats.back(), prefetch);
  std::sort(repeats.begin(), repeats.end());
  std::cout << "repeats per SIGKILL: p50 " << repeats[repeats.size() / 2] << ", max "
            << repeats.back() << ", allowed " << prefetch << "\n";
}

TEST_F(LineTest, Stopped_ten_times_under_load_it_loses_nothing_and_repeats_nothing) {
  const Plan sent = plan(60'000);
  make_queue();
  make_topics();
  const auto publisher = publishing(sent, 6000);
  std::chrono::milliseconds longest{0};
  for (int stop = 0; stop < 10; ++stop) {
    start_host();
    ASSERT_TRUE(eventually([&] { return delivered() > 500; }, 60s)) << log();
    std::chrono::milliseconds took{0};
    EXPECT_EQ(stop_host(&took), 0) << log();
    longest = std::max(longest, took);
  }
  EXPECT_LT(longest, 20s);  // drain_timeout of the shipped topology
  start_host();
  ASSERT_EQ(publisher->wait(120s), 0) << publisher->output();
  const Account account = verify_and_stop(sent, 60);
  EXPECT_EQ(account.code, 0) << account.text;
  EXPECT_EQ(account.lost, 0);
  EXPECT_EQ(account.repeated, 0);
  std::cout << "longest of ten stops under load: " << longest.count() << " ms\n";
}

}  // namespace
}  // namespace integration
