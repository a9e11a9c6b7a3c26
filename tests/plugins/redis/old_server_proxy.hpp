#pragma once
// OldServerProxy: stands before a real Redis 7 and makes its SET look like that of Redis 6, which
// knows no NX with GET.
//
// It changes the answer to the store's probe and nothing else, so the store runs its scripts on a
// real server. Any number of connections; lives as long as the test program.
#include <string>
#include <thread>

namespace connector_tests {

class OldServerProxy {
 public:
  explicit OldServerProxy(std::string server_address);  // host:port
  ~OldServerProxy();
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  void accept_all();
  void relay(int client) const;
  int connect() const;

  const std::string server_;
  int listener_ = -1, port_ = 0;
  std::thread accepting_;
};

}  // namespace connector_tests
