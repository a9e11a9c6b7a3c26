// A thousand clients that ask slowly, or ask for more than they may: what they cost everybody else.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "tests/integration/rest_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;

class SlowClientsTest : public RestTest {
 protected:
  // Connections to the admin API that have each begun a request and do not end it.
  class Crowd {
   public:
    Crowd(std::uint16_t port, int count, const std::string& beginning) {
      for (int i = 0; i < count; ++i) {
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
        sockets_.push_back(fd);
      }
      push(beginning);
    }
    ~Crowd() {
      for (const int fd : sockets_) ::close(fd);
    }
    void push(const std::string& bytes) const {
      for (const int fd : sockets_) [[maybe_unused]]
        const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }

   private:
    std::vector<int> sockets_;
  };

  void SetUp() override {
    RestTest::SetUp();
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, 8192);
    ::setrlimit(RLIMIT_NOFILE, &files);  // the host gets it as well
    write_topology(connector("a", "0"));
    start();
    ASSERT_TRUE(moves("a")) << log();
  }

  std::chrono::microseconds longest_health(const Crowd& crowd, const std::string& more) const {
    std::chrono::microseconds longest{0};
    for (int i = 0; i < 50; ++i) {
      crowd.push(more);
      const auto begin = std::chrono::steady_clock::now();
      EXPECT_EQ(http_get(http_port, "/health").status, 200);
      longest = std::max(longest, std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin));
    }
    return longest;
  }
  void expect_harmless(const char* what, const std::string& beginning, const std::string& more) {
    const double before = resident_bytes();
    const Crowd crowd(admin_port, 1000, beginning);
    const auto longest = longest_health(crowd, more);
    const double after = resident_bytes();
    std::cout << "1000 " << what << ": /health took at most " << longest.count() / 1000.0 << " ms, memory " << before / 1e6 << " -> " << after / 1e6 << " MB\n";
    EXPECT_LT(after, before + 40e6);
    EXPECT_EQ(ask("GET", "/connectors").status, 200) << "and the admin API answers who asks properly";
    EXPECT_TRUE(moves("a"));
  }
};

TEST_F(SlowClientsTest, A_thousand_of_them_hold_up_neither_health_nor_records) {
  expect_harmless("clients that send a header byte by byte", "POST /connectors HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", "x");
  expect_harmless("clients with a body that does not end",
                  "POST /connectors HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
                  "400\r\n" + std::string(1024, ' ') + "\r\n");
  expect_harmless("clients that announce a gigabyte",
                  "POST /connectors HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n",
                  std::string(4096, ' '));
  EXPECT_EQ(get("/connectors"), json::array({"a"}));
}

}  // namespace
}  // namespace integration
