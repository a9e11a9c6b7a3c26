#pragma once
// FakeBroker: as much of a broker as a source sees, for what a real one does not do on demand: to be silent at one method,
// to be slow, and to have as many messages as are asked for.
//
// It listens on a free port of 127.0.0.1 and serves one connection after the other on its own thread. While one consumes it
// is sent bodies of the same size without end, as far as the prefetch goes. The other members may be called from the test's
// thread at any time. Everything ends with the object.
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

#include "plugins/rabbitmq/amqp.hpp"

namespace rabbitmq_test {

class FakeBroker {
 public:
  static constexpr amqp_method_number_t answers_all = 0;

  // silent_at: the method that never gets an answer. body_size: of each message. slowness: before each answer about a queue.
  explicit FakeBroker(amqp_method_number_t silent_at, std::size_t body_size = 1, std::chrono::milliseconds slowness = {});
  FakeBroker(const FakeBroker&) = delete;
  FakeBroker& operator=(const FakeBroker&) = delete;
  ~FakeBroker();

  std::uint16_t port() const { return port_; }
  // How often the method came that gets no answer.
  int silences() const { return silences_; }
  // A byte of the body of the message with this tag.
  static char byte_of(std::uint64_t tag) { return char('a' + tag % 26); }

 private:
  struct Consumer;

  void run();
  void serve(int client);
  void take(std::string_view payload, Consumer& consumer);
  std::string delivery(std::uint64_t tag) const;

  amqp_method_number_t silent_at_;
  std::size_t body_size_;
  std::chrono::milliseconds slowness_;
  std::uint16_t port_ = 0;
  int listener_, stop_;
  std::atomic<int> silences_ = 0;
  std::thread thread_;
};

}  // namespace rabbitmq_test
