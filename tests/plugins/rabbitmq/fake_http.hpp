#pragma once
// FakeHttp: an HTTP server that gives the answer a test wants, and keeps what it was asked.
//
// It listens on a free port of 127.0.0.1 and serves one request a connection, one after the other,
// on its own thread. The other members may be called from the test's thread at any time. Everything
// ends with the object.
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace rabbitmq_test {

class FakeHttp {
 public:
  // An empty answer: it reads the request and says nothing.
  explicit FakeHttp(std::string answer);
  FakeHttp(const FakeHttp&) = delete;
  FakeHttp& operator=(const FakeHttp&) = delete;
  ~FakeHttp();

  static std::string ok(const std::string& body);
  static std::string status(const std::string& code_and_reason, const std::string& headers = "");

  std::uint16_t port() const { return port_; }
  void set_answer(std::string answer);
  // Each with its headers.
  std::vector<std::string> requests() const;

 private:
  void run();
  void serve(int client);

  std::uint16_t port_ = 0;
  int listener_, stop_;
  mutable std::mutex mutex_;  // guards answer_ and requests_
  std::string answer_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace rabbitmq_test
