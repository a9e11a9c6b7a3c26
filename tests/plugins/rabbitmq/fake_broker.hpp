#pragma once
// FakeBroker: as much of a broker as a source sees, for what a real one does not do on demand: to
// be silent at one method, to be slow, to cancel a consumer, and to have as many messages as are
// asked for. It also checks what it receives: what a RabbitMQ of any version would refuse or count
// as a failed delivery fails the test.
//
// It listens on a free port of 127.0.0.1 and serves one connection after the other on its own
// thread. Consumers get bodies of the same size, without end unless supply says otherwise. The
// other members may be called from the test's thread at any time. Everything ends with the object.
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "fake_channel.hpp"
#include "fake_journal.hpp"
#include "plugins/rabbitmq/amqp.hpp"

namespace rabbitmq_test {

class FakeBroker {
 public:
  static constexpr amqp_method_number_t answers_all = 0;
  static constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();

  // silent_at: the method that never gets an answer. body_size: of each message. slowness: before
  // each answer about a queue.
  explicit FakeBroker(amqp_method_number_t silent_at = answers_all, std::size_t body_size = 1,
                      std::chrono::milliseconds slowness = {});
  explicit FakeBroker(const FakeSettings& settings);
  FakeBroker(const FakeBroker&) = delete;
  FakeBroker& operator=(const FakeBroker&) = delete;
  ~FakeBroker();

  std::uint16_t port() const { return port_; }
  // From now on this many messages are delivered, and then no more.
  void supply(std::uint64_t messages);
  // From now on this many bytes are sent, and then no more until the next call.
  void send_at_most(std::int64_t bytes);
  // Cancels the consumers of the connection.
  void cancel_consumers();

  // How often the method came that gets no answer.
  int silences() const { return journal_.silences(); }
  int connections() const { return journal_.connections(); }
  // Deliveries that no ack or nack has answered, now and at most since the last call.
  std::uint64_t unsettled() const { return journal_.unsettled(); }
  std::uint64_t take_most_unsettled() { return journal_.take_most_unsettled(); }
  // What the source has sent about consumers and deliveries, as FakeJournal words it; and only
  // those that begin so.
  std::vector<std::string> frames() const { return journal_.frames(); }
  std::vector<std::string> frames(const std::vector<std::string>& beginnings) const;
  // A byte of the body of the message with this tag.
  static char byte_of(std::uint64_t tag) { return char('a' + tag % 26); }

 private:
  void run();
  void serve(int client);
  void wake();

  const FakeSettings settings_;
  FakeJournal journal_;
  std::uint16_t port_ = 0;
  int listener_, wake_;
  std::atomic<bool> ended_ = false, cancels_ = false;
  std::atomic<std::int64_t> supply_ = -1;  // the next one to take up; -1: none
  std::atomic<std::int64_t> sendable_ = no_limit;
  std::uint64_t left_ = ~std::uint64_t(0);
  std::thread thread_;
};

}  // namespace rabbitmq_test
