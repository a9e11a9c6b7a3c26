// The kafka sink's metrics from librdkafka's statistics, on a mock cluster.
#include <thread>

#include "plugins/kafka/statistics_metrics.hpp"
#include "tests/plugins/kafka/sink_on_mock_cluster.hpp"

namespace kafka_test {
namespace {

using Statistics = connector_host_plugins::kafka::StatisticsMetrics;

class KafkaStatistics : public SinkOnMockCluster {
 protected:
  double metric(std::uint32_t which) const {
    return observed.host.metric(std::uint32_t(first_statistic) + which);
  }
  bool comes_to(std::uint32_t which, const std::function<bool(double)>& holds) {
    const Stopwatch watch;
    while (!holds(metric(which)) && watch.elapsed() < std::chrono::seconds(15))
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return holds(metric(which));
  }

  SinkUnderTest observed{cluster.brokers(), topic, {{"statistics_interval", "100ms"}}};
};

TEST_F(KafkaStatistics, Come_while_nothing_is_written_and_end_with_the_sink) {
  observed.open();
  expect_delivered(observed, 10);
  EXPECT_TRUE(comes_to(Statistics::sent_messages, [](double is) { return is == 10; }));
  EXPECT_TRUE(comes_to(Statistics::rtt_max, [](double is) { return is == 0; }))
      << "a time of an interval without requests stayed";
  EXPECT_EQ(1, metric(Statistics::producers));
  EXPECT_GE(metric(Statistics::broker_connections), 1);
  EXPECT_EQ(0, metric(Statistics::idempotence_state));
  EXPECT_EQ(0, metric(Statistics::queued_messages));
  observed.close();
  EXPECT_EQ(0, metric(Statistics::producers));
  EXPECT_EQ(0, metric(Statistics::broker_connections));
  EXPECT_EQ(10, metric(Statistics::sent_messages));
}

TEST_F(KafkaStatistics, Show_what_waits_for_a_broker_that_answers_late) {
  observed.open();
  expect_delivered(observed);
  cluster.answer_after(produce, RD_KAFKA_RESP_ERR_NO_ERROR, 1500);
  auto write = write_aside(observed, 20, 15000);
  EXPECT_TRUE(comes_to(Statistics::waitresp_messages, [](double is) { return is > 0; }))
      << "a write did not leave its producer's statistics";
  EXPECT_GT(metric(Statistics::queued_bytes), 0);
  EXPECT_EQ(CONNECTOR_OK, write.get().first);
  EXPECT_TRUE(comes_to(Statistics::waitresp_messages, [](double is) { return is == 0; }));
}

TEST_F(KafkaStatistics, Are_not_there_when_nobody_wants_them) {
  SinkUnderTest silent{cluster.brokers(), topic, {{"statistics_interval", "0ms"}}};
  observed.open();
  silent.open();
  expect_delivered(silent);
  expect_delivered(observed);
  ASSERT_TRUE(comes_to(Statistics::sent_messages, [](double is) { return is == 10; }));
  EXPECT_EQ(0, silent.host.metric(std::uint32_t(first_statistic) + Statistics::sent_messages));
}

}  // namespace
}  // namespace kafka_test
