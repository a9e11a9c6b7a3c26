// StatisticsBoard, PoolKeeper and read_figures: from librdkafka's text to metrics. No broker is
// needed: a producer without one has statistics, too.
#include <gtest/gtest.h>

#include <connector/testing/plugin_under_test.hpp>
#include <functional>
#include <nlohmann/json.hpp>

#include "plugins/kafka/client_conf.hpp"
#include "plugins/kafka/pool_keeper.hpp"
#include "plugins/kafka/statistics_metrics.hpp"

namespace connector_host_plugins::kafka {
namespace {

using namespace std::chrono_literals;
using Metric = StatisticsMetrics;
constexpr std::uint32_t first = 4;

bool eventually(const std::function<bool()>& holds) {
  const Deadline deadline(15s);
  while (!holds()) {
    if (deadline.passed()) return false;
    std::this_thread::sleep_for(10ms);
  }
  return true;
}

nlohmann::json broker(int avg_us, int max_us, int outbuf, int waitresp, const char* state = "UP") {
  return {{"state", state},
          {"outbuf_cnt", outbuf},
          {"outbuf_msg_cnt", outbuf * 10},
          {"waitresp_cnt", waitresp},
          {"waitresp_msg_cnt", waitresp * 10},
          {"txerrs", 1},
          {"txretries", 2},
          {"req_timeouts", 3},
          {"throttle", {{"max", 40}}},
          {"rtt", {{"avg", avg_us}, {"max", max_us}}}};
}

std::string text_of(int sent, const char* state, const nlohmann::json& brokers) {
  return nlohmann::json{{"txmsgs", sent},  {"txmsg_bytes", sent * 100},       {"msg_cnt", 7},
                        {"msg_size", 700}, {"eos", {{"idemp_state", state}}}, {"brokers", brokers}}
      .dump();
}

TEST(KafkaFigures, Are_sums_over_the_brokers_and_the_time_of_the_slowest) {
  const auto figures = read_figures(text_of(
      50, "Assigned", {{"a", broker(2000, 5000, 1, 2)}, {"b", broker(1000, 9000, 3, 4, "DOWN")}}));
  ASSERT_TRUE(figures);
  EXPECT_EQ(50u, figures->sent_messages);
  EXPECT_EQ(5000u, figures->sent_bytes);
  EXPECT_EQ(7u, figures->queued_messages);
  EXPECT_EQ(700u, figures->queued_bytes);
  EXPECT_EQ(4u, figures->outbuf_requests);
  EXPECT_EQ(40u, figures->outbuf_messages);
  EXPECT_EQ(6u, figures->waitresp_requests);
  EXPECT_EQ(60u, figures->waitresp_messages);
  EXPECT_EQ(2u, figures->request_errors);
  EXPECT_EQ(4u, figures->request_retries);
  EXPECT_EQ(6u, figures->request_timeouts);
  EXPECT_EQ(1u, figures->connections);
  EXPECT_DOUBLE_EQ(0.002, figures->rtt_mean_seconds);
  EXPECT_DOUBLE_EQ(0.009, figures->rtt_max_seconds);
  EXPECT_DOUBLE_EQ(0.04, figures->throttle_max_seconds);
  EXPECT_EQ(IdempotenceState::ready, figures->idempotence);
}

TEST(KafkaFigures, Are_0_where_nothing_is_said_and_none_where_it_is_no_JSON) {
  const auto figures = read_figures(
      R"({"txmsgs": "many", "msg_cnt": -1, "brokers": [], "eos": {"idemp_state": "New"}})");
  ASSERT_TRUE(figures);
  EXPECT_EQ(0u, figures->sent_messages);
  EXPECT_EQ(0u, figures->queued_messages);
  EXPECT_EQ(IdempotenceState::not_begun, figures->idempotence);
  EXPECT_FALSE(read_figures("{"));
  EXPECT_FALSE(read_figures("[]"));
}

class StatisticsBoardTest : public ::testing::Test {
 protected:
  double metric(std::uint32_t which) const { return host.metric(first + which); }

  connector::testing::FakeHost host;
  StatisticsBoard board{connector::Host(host.raw()), first};
};

TEST_F(StatisticsBoardTest, Adds_up_the_producers_and_shows_the_state_of_the_worst) {
  const auto one = board.enter(), other = board.enter();
  board.told(one, text_of(50, "Assigned", {{"a", broker(2000, 5000, 1, 2)}}));
  board.told(other, text_of(8, "WaitPID", {{"a", broker(3000, 4000, 1, 2)}}));
  board.publish();
  EXPECT_EQ(2, metric(Metric::producers));
  EXPECT_EQ(58, metric(Metric::sent_messages));
  EXPECT_EQ(14, metric(Metric::queued_messages));
  EXPECT_EQ(40, metric(Metric::waitresp_messages));
  EXPECT_DOUBLE_EQ(0.003, metric(Metric::rtt_mean));
  EXPECT_DOUBLE_EQ(0.005, metric(Metric::rtt_max));
  EXPECT_EQ(double(IdempotenceState::waits_for_id), metric(Metric::idempotence_state));
}

TEST_F(StatisticsBoardTest, Counts_on_over_a_producer_that_is_replaced) {
  const auto one = board.enter();
  board.told(one, text_of(50, "Assigned", {}));
  board.publish();
  board.told(one, text_of(60, "FatalError", {}));
  board.leave(one);  // its last text came just before
  const auto next = board.enter();
  board.told(next, text_of(5, "Assigned", {}));
  board.publish();
  EXPECT_EQ(65, metric(Metric::sent_messages));
  EXPECT_EQ(1, metric(Metric::producers));
  EXPECT_EQ(7, metric(Metric::queued_messages));
  EXPECT_EQ(0, metric(Metric::idempotence_state));
  board.leave(next);
  board.publish();
  EXPECT_EQ(0, metric(Metric::producers));
  EXPECT_EQ(0, metric(Metric::queued_messages));
  EXPECT_EQ(65, metric(Metric::sent_messages));
}

TEST_F(StatisticsBoardTest, Never_takes_back_what_a_forgotten_broker_had_counted) {
  const auto one = board.enter();
  board.told(one, text_of(50, "Assigned", {{"a", broker(1, 1, 0, 0)}, {"b", broker(1, 1, 0, 0)}}));
  board.publish();
  board.told(one, text_of(50, "Assigned", {{"a", broker(1, 1, 0, 0)}}));
  board.publish();
  EXPECT_EQ(4, metric(Metric::request_retries));
}

TEST_F(StatisticsBoardTest, Idle_producers_are_served_and_the_keeper_ends_at_once) {
  KafkaSettings settings;
  settings.connection = {{"bootstrap.servers", "127.0.0.1:1"}};
  settings.producer = {{"enable.idempotence", "true"}, {"statistics.interval.ms", "50"}};
  LeaderlessPartitions leaderless;
  ClientLog log{connector::Host(host.raw())};
  Cancellation cancellation;
  ProducerPool pool;
  pool.open(std::make_unique<Producer>(producer_conf(settings), settings, leaderless, log,
                                       cancellation, &board));
  PoolKeeper keeper(pool, board, 20ms);
  keeper.start();
  EXPECT_TRUE(eventually([&] { return metric(Metric::producers) == 1; }))
      << "nobody served the producer that no write uses";
  keeper.stop();
  pool.close();
  board.publish();
  EXPECT_EQ(0, metric(Metric::producers));
  PoolKeeper patient(pool, board, 1h);
  patient.start();
  const auto begin = std::chrono::steady_clock::now();
  patient.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

}  // namespace
}  // namespace connector_host_plugins::kafka
