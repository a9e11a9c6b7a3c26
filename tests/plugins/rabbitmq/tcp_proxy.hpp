#pragma once
// TcpProxy: stands between a source and the broker, and does to their connection what networks do.
//
// It listens on a free port of 127.0.0.1. Its thread moves the bytes; the other members may be
// called from the test's thread at any time. Everything ends with the object.
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace rabbitmq_test {

class TcpProxy {
 public:
  // to: a port on 127.0.0.1; 0: takes connections and never answers.
  explicit TcpProxy(std::uint16_t to);
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;
  ~TcpProxy();

  std::uint16_t port() const { return port_; }
  // Resets every connection.
  void cut();
  // From now on nothing passes, and nobody is told: a cable that was pulled.
  void freeze() { frozen_ = true; }
  void thaw() { frozen_ = false; }
  // Sends bytes to the client as if the broker had sent them; for moments when the broker is
  // silent.
  void inject(std::string_view bytes);
  // Whenever the broker has nothing to say, the client gets these bytes, again and again, as fast
  // as it reads. Empty: no more.
  void flood(const std::string& frame);
  // What goes to the client, at most. 0: as fast as it goes.
  void limit(std::size_t bytes_per_second) { bytes_per_second_ = bytes_per_second; }
  std::size_t connections() const;

 private:
  struct Pair {
    int client, server;
    std::string to_client, to_server;  // read, and not gone on yet
    double allowance = 0;              // bytes that may go to the client now
  };

  void run();
  void accept_one();
  static short events(const std::string& from_it, const std::string& to_it);
  static bool pass(int from, std::string& held, int to, std::size_t most = std::string::npos);
  bool pass_to_client(Pair& pair, double seconds);

  std::uint16_t to_, port_ = 0;
  int listener_, stop_;
  std::atomic<bool> frozen_ = false;
  std::atomic<std::size_t> bytes_per_second_ = 0;
  mutable std::mutex mutex_;  // guards the next two
  std::vector<Pair> pairs_;
  std::string flood_;
  std::thread thread_;
};

// A frame of AMQP around a method on a channel.
std::string method_frame(std::uint16_t channel, std::uint16_t class_id, std::uint16_t method_id,
                         std::string_view arguments);
std::string short_string(std::string_view text);
std::string big_endian_16(std::uint16_t value);

}  // namespace rabbitmq_test
