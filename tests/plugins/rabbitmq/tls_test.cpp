// amqps: the source against a TLS endpoint in front of the broker.
#include <openssl/ssl.h>

#include <csignal>

#include "broker.hpp"
#include "tls_terminator.hpp"

namespace {

using namespace rabbitmq_test;

class RabbitmqTls : public RabbitmqTest {
 protected:
  static const Certificates& certificates() {
    static const Certificates made;
    return made;
  }
  void SetUp() override {
    RabbitmqTest::SetUp();
    std::signal(SIGPIPE, SIG_IGN);  // for the terminator; the source must not need it, and the
                                    // tests of TCP show that
  }
  static Settings settings(const TlsTerminator& terminator, const std::string& host,
                           Settings more = {}) {
    more.emplace("url",
                 "amqps://guest:guest@" + host + ':' + std::to_string(terminator.port()) + '/');
    more.emplace("ca_file", certificates().file("ca.pem"));
    return more;
  }
};

TEST_F(RabbitmqTls, Messages_of_any_size_come_through_and_are_acknowledged) {
  Queue queue;
  queue.publish("small");
  queue.publish(std::string(1 << 20, 'x'));
  queue.publish("after");
  ASSERT_TRUE(queue.comes_to_hold(3));
  TlsTerminator terminator(certificates(), broker_port());
  TestSource source(queue.name(), settings(terminator, "localhost"));
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  std::uint64_t count = 0;
  while (count < 3) {
    const Lease lease = source.take();
    ASSERT_GT(lease.size(), 0u);
    count += lease.size();
    ASSERT_EQ(source.ack(lease.positions()), CONNECTOR_OK) << source.why();
  }
  source.close();
  EXPECT_TRUE(queue.comes_to_hold(0));
}

// A broker behind a proxy that divides by names would not be found by its address.
TEST_F(RabbitmqTls, The_endpoint_is_asked_for_by_its_name) {
  Queue queue;
  TlsTerminator terminator(certificates(), broker_port());
  TestSource source(queue.name(), settings(terminator, "localhost"));
  ASSERT_EQ(source.open(), CONNECTOR_OK) << source.why();
  EXPECT_EQ(terminator.asked_for(), "localhost");
}

TEST_F(RabbitmqTls, A_certificate_may_name_an_address) {
  Queue queue;
  TlsTerminator terminator(certificates(), broker_port());
  TestSource source(queue.name(), settings(terminator, "127.0.0.1"));
  EXPECT_EQ(source.open(), CONNECTOR_OK) << source.why();
}

TEST_F(RabbitmqTls, A_certificate_of_an_unknown_authority_is_refused) {
  Queue queue;
  TlsTerminator terminator(certificates(), broker_port());
  TestSource source(queue.name(), settings(terminator, "localhost",
                                           {{"ca_file", certificates().file("other_ca.pem")}}));
  EXPECT_EQ(source.open(), CONNECTOR_BAD_CONFIG);
  EXPECT_NE(source.why().find("ca_file"), std::string::npos) << source.why();
}

TEST_F(RabbitmqTls, A_certificate_of_another_host_is_refused_and_verify_false_allows_it) {
  Queue queue;
  TlsTerminator stranger(certificates(), broker_port(), false, -1);
  TestSource strict(queue.name(), settings(stranger, "localhost"));
  EXPECT_EQ(strict.open(), CONNECTOR_BAD_CONFIG);
  EXPECT_NE(strict.why().find("ostname mismatch"), std::string::npos) << strict.why();
  TestSource lax(queue.name(), settings(stranger, "localhost", {{"verify", "false"}}));
  EXPECT_EQ(lax.open(), CONNECTOR_OK) << lax.why();
}

TEST_F(RabbitmqTls, A_client_certificate_is_shown_where_one_is_asked_for) {
  Queue queue;
  TlsTerminator terminator(certificates(), broker_port(), true);
  TestSource with(queue.name(), settings(terminator, "localhost",
                                         {{"cert_file", certificates().file("client.pem")},
                                          {"key_file", certificates().file("client.key")}}));
  EXPECT_EQ(with.open(), CONNECTOR_OK) << with.why();
  with.close();
  TestSource without(queue.name(), settings(terminator, "localhost"));
  EXPECT_EQ(without.open(), CONNECTOR_NOT_CONNECTED);
}

// OpenSSL looks at the certificate all the same, and does not trust it; that is not what ends this
// handshake.
TEST_F(RabbitmqTls, Without_verifying_a_handshake_that_fails_is_told_by_its_own_reason) {
  TlsTerminator terminator(certificates(), broker_port(), true,
                           TLS1_2_VERSION);  // refuses a client without a certificate
  TestSource source(
      "q", settings(terminator, "localhost",
                    {{"verify", "false"}, {"ca_file", certificates().file("other_ca.pem")}}));
  EXPECT_EQ(source.open(), CONNECTOR_NOT_CONNECTED);
  EXPECT_NE(source.why().find("handshake failure"), std::string::npos) << source.why();
}

TEST_F(RabbitmqTls, Older_versions_than_1_2_are_refused) {
  Queue queue;
  TlsTerminator old(certificates(), broker_port(), false, TLS1_1_VERSION);
  TestSource source(queue.name(), settings(old, "localhost"));
  EXPECT_EQ(source.open(), CONNECTOR_NOT_CONNECTED);
  EXPECT_NE(source.why().find("protocol version"), std::string::npos) << source.why();
}

TEST_F(RabbitmqTls, A_file_that_cannot_be_used_is_named) {
  Queue queue;
  TlsTerminator terminator(certificates(), broker_port());
  TestSource source(queue.name(),
                    settings(terminator, "localhost", {{"ca_file", "/no/such/ca.pem"}}));
  EXPECT_EQ(source.open(), CONNECTOR_BAD_CONFIG);
  EXPECT_NE(source.why().find("'ca_file': cannot use /no/such/ca.pem"), std::string::npos)
      << source.why();
}

TEST_F(RabbitmqTls, A_plain_port_is_no_tls_endpoint) {
  Queue queue;
  TestSource source(queue.name(),
                    {{"url", "amqps://guest:guest@localhost:" + std::to_string(broker_port())}});
  EXPECT_EQ(source.open(), CONNECTOR_NOT_CONNECTED);
}

}  // namespace
