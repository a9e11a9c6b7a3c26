// What a write that gave its records up says about the sink.
#include "plugins/kafka/diagnosis.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <connector/testing/plugin_under_test.hpp>
#include <thread>

#include "plugins/kafka/client_conf.hpp"

namespace connector_host_plugins::kafka {
namespace {

// Takes connections and answers what is neither Kafka nor TLS.
class StrangeServer {
 public:
  StrangeServer() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    ::bind(socket_, reinterpret_cast<sockaddr*>(&address_), size);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address_), &size);
    ::listen(socket_, 16);
    thread_ = std::thread([this] { answer_all(); });
  }
  ~StrangeServer() {
    ::shutdown(socket_, SHUT_RDWR);  // ends accept
    thread_.join();
    ::close(socket_);
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(ntohs(address_.sin_port)); }

 private:
  void answer_all() const {
    for (int client; (client = ::accept(socket_, nullptr, nullptr)) >= 0;) {
      char hello[4096];
      static constexpr std::string_view answer = "HTTP/1.1 400 Bad Request\r\n\r\n";
      if (::recv(client, hello, sizeof hello, 0) > 0)
        ::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
      ::recv(client, hello, sizeof hello, 0);  // until the other side has seen it and ends
      ::close(client);
    }
  }

  int socket_;
  sockaddr_in address_{};
  std::thread thread_;
};

class DiagnosisTest : public ::testing::Test {
 protected:
  void use(const std::string& brokers, Properties connection) {
    settings.brokers = brokers;
    settings.topic = "topic";
    settings.connection = std::move(connection);
    settings.connection.emplace_back("bootstrap.servers", brokers);
    settings.producer = {{"enable.idempotence", "true"}, {"message.timeout.ms", "0"}};
  }
  // The code that the call has after a write of one record by the producer.
  connector_code write(Producer& producer) {
    connector_record record{};
    record.value = connector::view("value");
    connector_outcome outcome{};
    connector::testing::TestCall test_call;
    connector::Call call(*static_cast<connector_call*>(test_call));
    connector::Outcomes outcomes(&outcome, 1, call);
    const Deadline deadline(std::chrono::milliseconds(1500));
    Delivery delivery(producer, settings, leaderless, connector::Records(&record, 1), 0, 1,
                      outcomes);
    delivery.run(deadline);
    try {
      Diagnosis(settings, log, cancellation).raise_for(delivery, producer, deadline);
    } catch (const connector::Error& error) {
      return error.code();
    }
    return CONNECTOR_OK;
  }

  connector::testing::FakeHost host;
  KafkaSettings settings;
  LeaderlessPartitions leaderless;
  ClientLog log{connector::Host(host.raw())};
  Cancellation cancellation;
};

// It would end the task; it may be one broker's, or fixed. The host opens next, and open asks
// again.
TEST_F(DiagnosisTest,
       A_handshake_that_is_refused_during_a_write_is_no_fault_of_the_configuration_yet) {
  const StrangeServer server;
  use(server.address(), {{"security.protocol", "ssl"}});
  Producer producer(producer_conf(settings), settings, leaderless, log, cancellation);
  EXPECT_EQ(CONNECTOR_NOT_CONNECTED, write(producer));
  EXPECT_NE(std::string::npos, producer.last_fault().text.find("SSL"))
      << producer.last_fault().text;
}

TEST_F(DiagnosisTest, What_the_client_said_before_a_write_is_forgotten_when_it_begins) {
  use("127.0.0.1:1", {});
  Producer producer(producer_conf(settings), settings, leaderless, log, cancellation);
  EXPECT_EQ(CONNECTOR_NOT_CONNECTED, write(producer));
  EXPECT_NE("", producer.last_fault().text);
  producer.begin();
  EXPECT_EQ("", producer.last_fault().text);
}

}  // namespace
}  // namespace connector_host_plugins::kafka
