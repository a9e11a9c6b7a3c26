#pragma once
// FakeLookup: while it lives, one name has the addresses a test wants, or a lookup that does not
// end.
//
// The test program has a getaddrinfo of its own, which the plugin finds before libc's; numbers and
// other names are looked up as ever. One at a time. May be used from any thread.
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

struct addrinfo;

namespace connector_tests {

class FakeLookup {
 public:
  // ports: of 127.0.0.1, one address each; none: the lookup does not end before let_go.
  FakeLookup(std::string name, std::vector<int> ports);
  ~FakeLookup();
  FakeLookup(const FakeLookup&) = delete;
  FakeLookup& operator=(const FakeLookup&) = delete;

  // Returns once somebody has asked for the name.
  void wait_until_asked();
  void let_go();

  // For our getaddrinfo.
  static FakeLookup* of(const char* name);
  int answer(const addrinfo* hints, addrinfo** found);

 private:
  const std::string name_;
  const std::vector<int> ports_;
  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  bool asked_ = false, let_go_ = false;
  int inside_ = 0;
};

}  // namespace connector_tests
