// The redis store and names: addresses that do not answer, and lookups that do not end.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fake_redis.hpp"
#include "redis_fixture.hpp"
#include "tests/plugins/net/fake_lookup.hpp"

namespace connector_tests {
namespace {

constexpr std::uint32_t connect_failures = 1;  // its place in the store's metrics

// A port that answers nothing to who connects: its queue is full and nobody accepts.
class SilentPort {
 public:
  SilentPort() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    auto* const raw = reinterpret_cast<sockaddr*>(&address_);
    if (::bind(listener_, raw, size) != 0 || ::listen(listener_, 0) != 0 ||
        ::getsockname(listener_, raw, &size) != 0)
      throw std::runtime_error("cannot listen");
    for (int& each : waiting_) {
      each = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
      ::connect(each, raw, size);
    }
  }
  ~SilentPort() {
    for (const int each : waiting_) ::close(each);
    ::close(listener_);
  }
  SilentPort(const SilentPort&) = delete;
  SilentPort& operator=(const SilentPort&) = delete;
  int port() const { return ntohs(address_.sin_port); }

 private:
  int listener_, waiting_[4];
  sockaddr_in address_{};
};

int port_of(const FakeRedis& server) {
  return std::stoi(server.address().substr(std::string("127.0.0.1:").size()));
}

FakeRedis::Handler ordinary() {
  return [](int, const FakeRedis::Command&) { return std::nullopt; };
}

TEST(RedisName, An_address_that_does_not_answer_leaves_time_for_the_next) {
  SilentPort silent;
  FakeRedis server(ordinary());
  FakeLookup lookup("several.test", {silent.port(), port_of(server)});
  Store store("several.test:6379");
  EXPECT_CODE(store.open(2000), CONNECTOR_OK);
}

TEST(RedisName, An_address_that_refuses_leaves_time_for_the_next) {
  int closed = 0;
  {
    FakeRedis gone(ordinary());
    closed = port_of(gone);
  }
  FakeRedis server(ordinary());
  FakeLookup lookup("several.test", {closed, port_of(server)});
  Store store("several.test:6379");
  EXPECT_CODE(store.open(2000), CONNECTOR_OK);
}

TEST(RedisName, Addresses_that_do_not_answer_take_the_time_limit_of_the_call_and_no_more) {
  SilentPort silent;
  FakeLookup lookup("silent.test", {silent.port(), silent.port(), silent.port()});
  Store store("silent.test:6379");
  const Answer answer = store.open(300);
  EXPECT_CODE(answer, CONNECTOR_RETRIABLE);
  EXPECT_GE(answer.took.count(), 290);
  EXPECT_LT(answer.took.count(), 5000);
}

TEST(RedisName, A_cancelled_lookup_is_retriable_and_no_failure_to_connect) {
  FakeLookup lookup("endless.test", {});
  Store store("endless.test:6379");
  Answer answer{};
  std::thread opening([&] { answer = store.open(60'000); });
  lookup.wait_until_asked();
  store.cancel();
  opening.join();
  EXPECT_CODE(answer, CONNECTOR_RETRIABLE);
  EXPECT_TRUE(contains(answer.message, "cancelled")) << answer.message;
  EXPECT_LT(answer.took.count(), 5000);
  EXPECT_EQ(store.host().metric(connect_failures), 0);
}

TEST(RedisName, A_lookup_that_does_not_end_is_given_up_at_the_time_limit) {
  FakeLookup lookup("endless.test", {});
  Store store("endless.test:6379");
  const Answer answer = store.open(100);
  lookup.wait_until_asked();  // its thread may be late
  EXPECT_CODE(answer, CONNECTOR_NOT_CONNECTED);
  EXPECT_LT(answer.took.count(), 5000);
}

}  // namespace
}  // namespace connector_tests
