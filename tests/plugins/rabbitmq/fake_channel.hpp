#pragma once
// FakeChannel: the broker's side of one connection with one channel: answers methods and delivers
// as far as each consumer's prefetch allows. It moves no bytes; the broker's thread does. What a
// broker would refuse is a violation in the journal.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "fake_journal.hpp"
#include "plugins/rabbitmq/amqp.hpp"

namespace rabbitmq_test {

struct FakeSettings {
  amqp_method_number_t silent_at = 0;  // never answered; 0: every method is
  std::size_t body_size = 1;
  std::chrono::milliseconds slowness{};  // before each answer about a queue
  std::size_t header_size = 0;  // bytes of the only header, x-large, of each message; 0: no headers
};

class FakeChannel {
 public:
  FakeChannel(const FakeSettings& settings, FakeJournal& journal);

  void greet();
  // A method of the client, without its frame.
  void take(std::string_view payload);
  // Adds deliveries to out; supply is what the queue still holds.
  void deliver(std::uint64_t& supply);
  // basic.cancel of the broker. As after a consumer timeout of RabbitMQ 4.3: unless the client
  // cancels the consumer too, it gets deliveries again once its earlier ones are settled.
  void cancel_consumers();
  // What is to be sent, and whether the client has closed the connection.
  std::string& out() { return out_; }
  bool gone() const { return gone_; }

 private:
  struct Consumer {
    std::uint64_t prefetch = 0;
    std::set<std::uint64_t> unsettled;
    bool cancelled = false, timed_out = false;
  };

  void answer(amqp_method_number_t method, const std::string& arguments = {});
  void set_prefetch(std::string_view arguments);
  void consume(std::string_view arguments);
  void cancel(std::string_view arguments);
  void settle(std::string_view arguments, const char* name);
  void refuse(const std::string& what);
  std::string properties() const;
  std::string delivery(std::uint64_t tag, const std::string& consumer) const;
  std::uint64_t unsettled() const;

  const FakeSettings* settings_;
  FakeJournal* journal_;
  std::string out_;
  bool gone_ = false;
  std::uint64_t prefetch_ = 0, newest_ = 0;
  std::map<std::string, Consumer> consumers_;
};

}  // namespace rabbitmq_test
