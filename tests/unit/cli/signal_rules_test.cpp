// What the next signal means, by the signals before it.
#include "host/cli/signal_rules.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <vector>

namespace connector_host::cli {
namespace {

using std::chrono::milliseconds;

struct Row {
  const char* name;
  struct Received {
    int signal;
    milliseconds at;
    SignalOrder order;
  };
  std::vector<Received> received;
};

class SignalRulesTest : public testing::TestWithParam<Row> {};

TEST_P(SignalRulesTest, Orders) {
  SignalRules rules;
  for (const auto& each : GetParam().received) {
    const auto [next, order] = rules.step(each.signal, SignalRules::Time(each.at));
    EXPECT_EQ(order, each.order) << "signal " << each.signal << " at " << each.at.count() << " ms";
    rules = next;
  }
}

constexpr auto nothing = SignalOrder::nothing, reload = SignalOrder::reload,
               stop = SignalOrder::stop, end = SignalOrder::end_at_once;
constexpr milliseconds first{5000}, soon{5999}, later{6000};

INSTANTIATE_TEST_SUITE_P(
    Rows, SignalRulesTest,
    testing::Values(
        Row{"SIGTERM_twice_within_a_second",
            {{SIGTERM, first, stop}, {SIGTERM, first, nothing}, {SIGTERM, soon, nothing}}},
        Row{"SIGTERM_again_after_a_second",
            {{SIGTERM, first, stop}, {SIGTERM, soon, nothing}, {SIGTERM, later, end}}},
        Row{"Ctrl_C_twice", {{SIGINT, first, stop}, {SIGINT, first, end}}},              //
        Row{"Ctrl_C_after_SIGTERM", {{SIGTERM, first, stop}, {SIGINT, soon, end}}},      //
        Row{"SIGTERM_after_Ctrl_C", {{SIGINT, first, stop}, {SIGTERM, soon, nothing}}},  //
        Row{"SIGQUIT_drains_as_SIGTERM",
            {{SIGQUIT, first, stop}, {SIGQUIT, soon, nothing}, {SIGQUIT, later, end}}},
        Row{"SIGHUP_reloads_until_a_stop",
            {{SIGHUP, first, reload},
             {SIGHUP, first, reload},
             {SIGTERM, soon, stop},
             {SIGHUP, later, nothing}}},
        Row{"Others_change_nothing",
            {{SIGUSR1, first, nothing},
             {SIGUSR2, first, nothing},
             {SIGALRM, first, nothing},
             {SIGTERM, soon, stop}}}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace connector_host::cli
