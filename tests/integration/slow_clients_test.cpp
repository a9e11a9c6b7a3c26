// A thousand clients that ask slowly, or ask for more than they may, beside the shipped line
// between real servers: what they cost everybody else. Undisturbed and disturbed times take turns,
// so that both see the same machine.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <thread>

#include "tests/integration/rest_fixture.hpp"

namespace integration {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto window = 2s;
constexpr std::size_t fewest_pairs = 5,
                      most_pairs = 12;  // more, where the machine has other things to do

struct Kind {
  std::string beginning, more;
};
const std::array<Kind, 3> kinds = {
    Kind{"POST /connectors HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", "x"},
    Kind{"POST /connectors HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
         "application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
         "400\r\n" + std::string(1024, ' ') + "\r\n"},
    Kind{"POST /connectors HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
         "application/json\r\nContent-Length: 1000000000\r\n\r\n",
         std::string(4096, ' ')}};

// One that has begun a request and goes on with it, a little at a time; begins anew when the server
// has enough of it.
class SlowClient {
 public:
  explicit SlowClient(const Kind& kind) : kind_(kind) {}
  SlowClient(const SlowClient&) = delete;
  SlowClient& operator=(const SlowClient&) = delete;
  ~SlowClient() { hang_up(); }

  void go_on(std::uint16_t port) {
    if (fd_ >= 0 && (was_ended() || !send(kind_.more))) hang_up();
    if (fd_ < 0) begin(port);
  }

 private:
  void begin(std::uint16_t port) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    send(kind_.beginning);
  }
  bool was_ended() const {
    char answer[512];
    const ssize_t got = ::recv(fd_, answer, sizeof answer, MSG_DONTWAIT);
    return got >= 0 || (errno != EAGAIN && errno != EINPROGRESS);
  }
  bool send(const std::string& bytes) const {
    return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) >= 0 || errno == EAGAIN;
  }
  void hang_up() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

  const Kind& kind_;
  int fd_ = -1;
};

// A thousand of them, each of which is heard of once a second.
class Crowd {
 public:
  explicit Crowd(std::uint16_t port) {
    for (std::size_t i = 0; i < 1000; ++i)
      clients_.push_back(std::make_unique<SlowClient>(kinds[i % kinds.size()]));
    thread_ = std::jthread([this, port](const std::stop_token& stop) {
      std::unique_lock lock(mutex_);
      while (!stop.stop_requested()) {
        for (const auto& each : clients_) each->go_on(port);
        pause_.wait_for(lock, stop, 1s, [] { return false; });
      }
    });
  }

 private:
  std::vector<std::unique_ptr<SlowClient>> clients_;
  std::mutex mutex_;  // for the pause alone
  std::condition_variable_any pause_;
  std::jthread thread_;
};

struct Seen {
  double rate = 0;             // records a second
  double cpu = 0;              // of the host, in seconds a second
  std::vector<double> health;  // how long it took, in ms
  double memory = 0;

  void take_health_and_memory(const Seen& other) {
    health.insert(health.end(), other.health.begin(), other.health.end());
    memory = std::max(memory, other.memory);
  }
};

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, std::size_t(double(values.size()) * share))];
}

class SlowClientsTest : public RestTest {
 protected:
  void SetUp() override {
    LineTest::SetUp();
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, 8192);
    ::setrlimit(RLIMIT_NOFILE, &files);  // the host gets it as well
    make_queue();
    make_topics();
    admin_port = free_port();
    start_host();
    ASSERT_TRUE(reaches(name, "RUNNING")) << log();
  }

  // For the length of a window, with somebody who asks for /health all the time.
  Seen look() const {
    Seen seen;
    const double before = delivered(), cpu_before = metric(http_port, "process_cpu_seconds_total");
    const auto begin = Clock::now();
    while (Clock::now() - begin < window) {
      const auto asked = Clock::now();
      EXPECT_EQ(http_get(http_port, "/health").status, 200);
      seen.health.push_back(
          std::chrono::duration<double, std::milli>(Clock::now() - asked).count());
      seen.memory = std::max(seen.memory, resident_bytes());
      std::this_thread::sleep_for(20ms);  // between two questions
    }
    const double took = std::chrono::duration<double>(Clock::now() - begin).count();
    seen.rate = (delivered() - before) / took;
    seen.cpu = (metric(http_port, "process_cpu_seconds_total") - cpu_before) / took;
    return seen;
  }

  const std::string name = "rmq-to-kafka";
};

TEST_F(SlowClientsTest, A_thousand_of_them_hold_up_neither_health_nor_records) {
  // So few a second that the processor has time to spare: what the thousand clients themselves use
  // of it is not taken for the host's being held up.
  const Plan sent = plan(1000 * 90, 0);
  const auto publisher = publishing(sent, 1000);
  ASSERT_TRUE(eventually([&] { return delivered() > 3'000; }, 30s)) << log();
  std::vector<double> shares, costs;
  Seen calm, crowded;
  double share = 0;
  while (shares.size() < fewest_pairs || (share < 0.95 && shares.size() < most_pairs)) {
    const Seen undisturbed = look();
    const Crowd crowd(admin_port);
    const Seen disturbed = look();
    EXPECT_TRUE(eventually([&] { return ask("GET", "/connectors").status == 200; }, 20s))
        << "the admin API answers who asks properly";
    shares.push_back(disturbed.rate / undisturbed.rate);
    share = quantile(shares, 0.5);
    costs.push_back(disturbed.cpu - undisturbed.cpu);
    calm.take_health_and_memory(undisturbed);
    crowded.take_health_and_memory(disturbed);
    std::cout << "records a second: " << undisturbed.rate << " undisturbed, " << disturbed.rate
              << " beside 1000 slow clients\n";
  }
  // Of a hundred answers one may be late: on a machine with other things to do anybody waits for
  // his turn now and then.
  const double health = quantile(crowded.health, 0.99);
  std::cout << "throughput beside 1000 slow clients: " << share * 100
            << " % of the undisturbed; /health in " << health << " ms or less, at most "
            << quantile(crowded.health, 1) << " (undisturbed " << quantile(calm.health, 0.99)
            << ", " << quantile(calm.health, 1) << "), memory " << crowded.memory / 1e6
            << " MB (undisturbed " << calm.memory / 1e6 << "), a processor's "
            << quantile(costs, 0.5) * 100 << " %\n";
  EXPECT_GE(share, 0.95);
  EXPECT_LT(quantile(costs, 0.5), 0.1) << "of a processor, for a thousand of them";
  EXPECT_LT(health, std::max(100.0, 2 * quantile(calm.health, 0.99)));
  EXPECT_LT(crowded.memory, calm.memory + 40e6);
  EXPECT_EQ(get("/connectors"), json::array({name})) << "and none of them made one";
}

}  // namespace
}  // namespace integration
