#pragma once
// FakeRedis: speaks the Redis protocol on a port of 127.0.0.1, and says what a test wants it to
// say, right or wrong.
//
// It answers the handshake like a Redis 7 unless the handler does; every other command needs the
// handler. Connections are numbered from 0. The handler runs on the connection's thread; send and
// hang_up may be called from any thread.
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace connector_tests {

class FakeRedis {
 public:
  using Command = std::vector<std::string>;
  // What to send back; empty: nothing. No value: answer as a Redis 7 would in the handshake.
  using Handler = std::function<std::optional<std::string>(int connection, const Command&)>;

  explicit FakeRedis(Handler handler);
  ~FakeRedis();

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int connections() const;
  void send(int connection, const std::string& bytes);
  void hang_up(int connection);

 private:
  void accept_all();
  void serve(int connection, int fd);
  std::string answer(int connection, const Command& command);

  const Handler handler_;
  int listener_ = -1, port_ = 0;
  mutable std::mutex mutex_;  // guards sockets_ and threads_
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

}  // namespace connector_tests
