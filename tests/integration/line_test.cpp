// The shipped line between real servers, undisturbed: what arrives, how often, and what becomes of
// the rest.
#include <unistd.h>

#include <csignal>

#include "tests/integration/line_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

TEST_F(LineTest, Each_of_100000_messages_arrives_once_with_its_key_bytes_and_headers) {
  const Plan sent = plan(100'000, 0.1);
  make_queue();
  make_topics();
  publish(sent);
  start_host();
  ASSERT_TRUE(eventually([&] { return received() == 100'000; }, 90s)) << log();
  const Account account = verify_and_stop(sent, 90);
  EXPECT_EQ(account.code, 0) << account.text;
  EXPECT_EQ(account.lost, 0);
  EXPECT_EQ(account.repeated, 0);
  RecordProperty("events_per_second", account.text);
}

TEST_F(LineTest, All_poison_is_in_the_dead_letter_with_its_reason_and_the_good_ones_are_through) {
  const Plan sent = plan(10'000, 0.1, 0.05);
  make_queue();
  make_topics();
  publish(sent);
  start_host();
  const Account account = verify_and_stop(sent, 60);  // also looks at the reasons: dead_unexplained
  EXPECT_EQ(account.code, 0) << account.text;
  EXPECT_GT(account.dead_lettered, 400);
}

TEST_F(LineTest, A_quorum_queue_is_carried_as_well) {
  const Plan sent = plan(20'000);
  make_queue("quorum");
  make_topics();
  publish(sent);
  start_host();
  EXPECT_EQ(verify_and_stop(sent, 60).code, 0);
}

TEST_F(LineTest, Topics_that_do_not_exist_are_made_before_anything_is_taken) {
  const Plan sent = plan(1000, 0.1, 0.05);
  make_queue();
  publish(sent);
  start_host();
  const Account account = verify_and_stop(sent, 60);
  EXPECT_EQ(account.code, 0) << account.text;
}

TEST_F(LineTest, A_second_signal_ends_it_at_once_and_loses_nothing) {
  const Plan sent = plan(20'000);
  make_queue();
  publish(sent);
  Server broker("kafka", folder);
  broker.start();
  kafka = broker.address();
  make_topics();
  start_host();
  ASSERT_TRUE(eventually([&] { return received() > 0; }, 60s)) << log();
  broker.stop();  // what is in hand cannot be finished
  const auto in_hand = long(in_flight());
  host->signal(SIGINT);
  ASSERT_TRUE(eventually([&] { return log().find("SIGINT: stopping") != std::string::npos; }, 10s));
  host->signal(SIGINT);
  EXPECT_EQ(host->wait(3s), 128 + SIGINT);
  broker.start();
  start_host();
  const Account account = verify_and_stop(sent, 60, in_hand);
  EXPECT_EQ(account.code, 0) << account.text;
  EXPECT_EQ(account.lost, 0);
}

}  // namespace
}  // namespace integration
