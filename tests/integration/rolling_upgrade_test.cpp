// Replicas that share a queue and a dedup store, replaced one after the other under load, in the
// order, with the signal and with the grace period of the chart (deploy/helm/event-processor).
#include <algorithm>
#include <csignal>
#include <deque>
#include <functional>
#include <iostream>

#include "tests/integration/line_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;
constexpr auto grace_period =
    40s;  // of the chart, with the shipped drain_timeout of 20 s: 20 + 15 + 5

class RollingUpgradeTest : public LineTest {
 protected:
  struct Replica {
    std::uint16_t port;
    std::string state_dir;
    std::unique_ptr<Program> program;
  };

  Replica begin(const std::string& state_dir) {
    Replica replica{free_port(), folder + "/" + state_dir, nullptr};
    Environment variables = environment();
    variables["HTTP_LISTEN"] = "127.0.0.1:" + std::to_string(replica.port);
    variables["STATE_DIR"] = replica.state_dir;
    replica.program = std::make_unique<Program>(
        std::vector<std::string>{CONNECTOR_HOST, "--topology", shipped_topology()}, variables,
        folder + "/host.log");
    return replica;
  }
  // As its readiness probe asks.
  static bool ready(const Replica& replica) {
    return eventually([&] { return http_get(replica.port, "/readyz").status == 200; }, 60s);
  }
  static bool carries(const Replica& replica) {
    return eventually([&] { return delivered_by(replica) > 0; }, 60s);
  }
  static double delivered_by(const Replica& replica) {
    return metric(replica.port, "connector_host_records_delivered_total");
  }
  // SIGTERM, and the grace period after which Kubernetes would send SIGKILL.
  void end(Replica& replica) {
    const auto begin = std::chrono::steady_clock::now();
    replica.program->signal(SIGTERM);
    EXPECT_EQ(replica.program->wait(grace_period), 0) << log();
    longest = std::max(longest, std::chrono::duration_cast<std::chrono::milliseconds>(
                                    std::chrono::steady_clock::now() - begin));
  }

  // Replaces each of the replicas; of a Deployment (maxSurge 1, maxUnavailable 0) the new one is
  // ready before an old one goes.
  void roll_deployment(std::deque<Replica>& replicas) {
    for (std::size_t left = replicas.size(); left > 0; --left) {
      Replica fresh = begin("pod-" + std::to_string(++pods));
      ASSERT_TRUE(ready(fresh)) << log();
      end(replicas.front());
      replicas.pop_front();
      replicas.push_back(std::move(fresh));
      EXPECT_TRUE(carries(replicas.back())) << "it was there for nothing: " << log();
    }
  }
  // Of a StatefulSet (state.kind: persistent) the old one goes first, from the last to the first,
  // and leaves its volume.
  void roll_stateful_set(std::deque<Replica>& replicas) {
    for (auto replica = replicas.rbegin(); replica != replicas.rend(); ++replica) {
      end(*replica);
      *replica = begin(replica->state_dir.substr(folder.size() + 1));
      ASSERT_TRUE(ready(*replica)) << log();
    }
  }

  // Rolls twice while messages come in, and accounts for each of them.
  void roll_under_load(const std::string& queue_type,
                       const std::function<void(std::deque<Replica>&)>& roll) {
    const Plan sent = plan(80'000, 0.1);
    make_queue(queue_type);
    make_topics();
    const auto publisher = publishing(sent, 5000);
    std::deque<Replica> replicas;
    for (int i = 0; i < 2; ++i) replicas.push_back(begin("pod-" + std::to_string(++pods)));
    for (const Replica& each : replicas) ASSERT_TRUE(ready(each) && carries(each)) << log();
    for (int i = 0; i < 2; ++i) roll(replicas);
    EXPECT_TRUE(publisher->running())
        << "the load ended before the last replacement, so this shows less than it says";
    ASSERT_EQ(publisher->wait(120s), 0) << publisher->output();
    EXPECT_EQ(verify(sent, 60).code, 0);
    for (Replica& each : replicas) end(each);
    EXPECT_EQ(queue_depth(), 0);
    const Account account = verify(sent, 0);  // a repeat may come last
    EXPECT_EQ(account.code, 0) << account.text;
    EXPECT_EQ(account.lost, 0);
    EXPECT_EQ(account.repeated, 0);
    std::cout << "longest of six stops under load: " << longest.count() << " ms, allowed "
              << std::chrono::milliseconds(grace_period).count() << "\n";
  }

  int pods = 0;
  std::chrono::milliseconds longest{0};
};

TEST_F(RollingUpgradeTest,
       A_deployment_of_two_replicas_is_replaced_twice_under_load_and_nothing_is_lost_or_repeated) {
  roll_under_load("quorum", [this](std::deque<Replica>& replicas) { roll_deployment(replicas); });
}

TEST_F(RollingUpgradeTest, So_is_it_on_a_classic_queue) {
  roll_under_load("classic", [this](std::deque<Replica>& replicas) { roll_deployment(replicas); });
}

TEST_F(RollingUpgradeTest,
       A_stateful_set_whose_replicas_go_before_they_come_back_loses_and_repeats_nothing) {
  roll_under_load("quorum", [this](std::deque<Replica>& replicas) { roll_stateful_set(replicas); });
}

TEST_F(RollingUpgradeTest,
       Of_two_replicas_on_a_single_active_consumer_queue_one_works_and_the_other_takes_over) {
  const Plan sent = plan(40'000, 0.1);
  make_queue("single-active");
  make_topics();
  Replica first = begin("pod-1");
  ASSERT_TRUE(ready(first)) << log();
  publish({1, 0, 0, sent.seed});  // the first event of the plan: when it is through, this replica
                                  // is the consumer
  ASSERT_TRUE(carries(first)) << log();
  Replica second = begin("pod-2");
  ASSERT_TRUE(ready(second)) << "standing by is no fault: " << log();
  const auto publisher = publishing(sent, 5000);
  // While windows grow, the active consumer may change more than once (README of rabbitmq); then
  // one replica keeps it.
  double of_first = 0, of_second = 0;
  const auto one_of_them_works = [&] {
    of_first = delivered_by(first), of_second = delivered_by(second);
    eventually(
        [&] { return delivered_by(first) + delivered_by(second) > of_first + of_second + 3'000; },
        10s);
    return (delivered_by(first) > of_first) != (delivered_by(second) > of_second);
  };
  ASSERT_TRUE(eventually(one_of_them_works, 60s)) << "one at a time: " << log();
  const bool first_works = delivered_by(first) > of_first;
  Replica &working = first_works ? first : second, &standing_by = first_works ? second : first;
  const double before = delivered_by(standing_by);
  end(working);
  EXPECT_TRUE(eventually([&] { return delivered_by(standing_by) > before; }, 60s)) << log();
  ASSERT_EQ(publisher->wait(120s), 0) << publisher->output();
  EXPECT_EQ(verify(sent, 60).code, 0);
  end(standing_by);
  const Account account = verify(sent, 0);
  EXPECT_EQ(account.lost, 0) << account.text;
  EXPECT_EQ(account.repeated, 0);
}

}  // namespace
}  // namespace integration
