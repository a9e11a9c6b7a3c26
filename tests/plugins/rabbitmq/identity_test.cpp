// identity: the same for every spelling of the address, another for another queue.
#include "broker.hpp"
#include "fake_broker.hpp"

namespace {

using namespace rabbitmq_test;
using RabbitmqIdentity = RabbitmqTest;

TEST_F(RabbitmqIdentity, Is_the_same_for_any_spelling_of_the_url) {
  Queue queue, other;
  const std::string port = std::to_string(broker_port());
  std::string first;
  for (const std::string& url :
       {"amqp://guest:guest@127.0.0.1:" + port, "amqp://guest:guest@localhost:" + port + "/",
        "AMQP://127.0.0.1:" + port + "/%2f"}) {
    TestSource source(queue.name(), {{"url", url}});
    EXPECT_EQ(source.identity(), "") << "not known before an open";
    ASSERT_EQ(source.open(), CONNECTOR_OK) << url << ": " << source.why();
    if (first.empty()) first = source.identity();
    EXPECT_EQ(source.identity(), first) << url;
  }
  EXPECT_EQ(first.find("127.0.0.1"), first.npos)
      << first << " has the address, and not the cluster's name";
  EXPECT_TRUE(first.starts_with("rabbitmq://") && first.ends_with("/%2F/" + queue.name())) << first;
  TestSource source(other.name());
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  EXPECT_NE(source.identity(), first);
}

TEST(RabbitmqFakeIdentity, Has_the_address_of_a_broker_without_a_cluster_name) {
  FakeBroker broker;
  TestSource source("q", {}, broker.port());
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  EXPECT_EQ(source.identity(),
            "rabbitmq://127.0.0.1%3A" + std::to_string(broker.port()) + "/%2F/q");
}

}  // namespace
