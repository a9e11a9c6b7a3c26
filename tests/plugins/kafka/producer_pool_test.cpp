// The producers of an open sink: who gets which, and which are kept. No broker is needed: a
// producer that sends nothing reaches none.
#include "plugins/kafka/producer_pool.hpp"

#include <gtest/gtest.h>

#include <connector/testing/plugin_under_test.hpp>

#include "plugins/kafka/client_conf.hpp"

namespace connector_host_plugins::kafka {
namespace {

class ProducerPoolTest : public ::testing::Test {
 protected:
  ProducerPoolTest() {
    settings.topic = "topic";
    settings.connection = {{"bootstrap.servers", "127.0.0.1:1"}};
    settings.producer = {{"enable.idempotence", "true"}};
  }
  std::unique_ptr<Producer> make() {
    return std::make_unique<Producer>(producer_conf(settings), settings, leaderless, log,
                                      cancellation);
  }

  connector::testing::FakeHost host;
  KafkaSettings settings;
  ClientLog log{connector::Host(host.raw())};
  LeaderlessPartitions leaderless;
  Cancellation cancellation;
  ProducerPool pool;
};

TEST_F(ProducerPoolTest, Two_writes_at_once_never_share_a_producer) {
  pool.open(make());
  const ProducerPool::Lease first = pool.take();
  const ProducerPool::Lease second = pool.take();
  EXPECT_TRUE(first);
  EXPECT_FALSE(second);
}

TEST_F(ProducerPoolTest, What_a_write_made_is_kept_and_the_one_used_last_is_taken_first) {
  pool.open(make());
  const Producer* made = nullptr;
  {
    const ProducerPool::Lease first = pool.take();
    ProducerPool::Lease second = pool.take();
    second.replace(make());
    made = &*second;
  }  // the second is given back, then the first
  const ProducerPool::Lease last = pool.take(), before = pool.take();
  ASSERT_TRUE(last && before);
  EXPECT_NE(made, &*last);
  EXPECT_EQ(made, &*before);
  EXPECT_FALSE(pool.take());
}

TEST_F(ProducerPoolTest, What_comes_back_after_a_close_is_not_kept_nor_after_the_next_open) {
  pool.open(make());
  auto late = std::make_unique<ProducerPool::Lease>(pool.take());
  pool.close();
  EXPECT_FALSE(pool.is_open());
  late.reset();
  EXPECT_FALSE(pool.take());
  pool.open(make());
  auto of_before = std::make_unique<ProducerPool::Lease>(pool.take());
  pool.open(make());
  of_before.reset();
  const ProducerPool::Lease only = pool.take();
  EXPECT_TRUE(only);
  EXPECT_FALSE(pool.take());
}

TEST_F(ProducerPoolTest, A_producer_that_gave_messages_up_is_not_kept) {
  pool.open(make());
  {
    const ProducerPool::Lease used = pool.take();
    Report report;
    Message message;
    message.topic = &used->topic("topic");
    message.key = message.value = connector::view("text");
    ASSERT_EQ(RD_KAFKA_RESP_ERR_NO_ERROR, used->produce(message, report));
    used->settle(Deadline(std::chrono::milliseconds(0)), [](const Deadline&) { return false; });
    EXPECT_EQ(RD_KAFKA_RESP_ERR__PURGE_QUEUE, report.error);
  }
  EXPECT_FALSE(pool.take());
}

}  // namespace
}  // namespace connector_host_plugins::kafka
