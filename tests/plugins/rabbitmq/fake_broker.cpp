#include "fake_broker.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "tests/plugins/rabbitmq/loopback.hpp"

namespace rabbitmq_test {
namespace {

std::size_t size_in(std::string_view head) {
  std::size_t out = 0;
  for (const char each : head.substr(3, 4)) out = out << 8 | static_cast<unsigned char>(each);
  return out;
}

}  // namespace

FakeBroker::FakeBroker(amqp_method_number_t silent_at, std::size_t body_size,
                       std::chrono::milliseconds slowness)
    : FakeBroker(
          FakeSettings{.silent_at = silent_at, .body_size = body_size, .slowness = slowness}) {}

FakeBroker::FakeBroker(const FakeSettings& settings)
    : settings_(settings),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  port_ = listen_on_loopback(listener_);
  thread_ = std::thread([this] { run(); });
}

FakeBroker::~FakeBroker() {
  ended_ = true;
  wake();
  thread_.join();
  ::close(listener_);
  ::close(wake_);
  EXPECT_EQ(journal_.violations(), std::vector<std::string>());
}

void FakeBroker::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof one);
}

void FakeBroker::supply(std::uint64_t messages) {
  supply_ = std::int64_t(messages);
  wake();
}

void FakeBroker::send_at_most(std::int64_t bytes) {
  sendable_ = bytes;
  wake();
}

void FakeBroker::cancel_consumers() {
  cancels_ = true;
  wake();
}

std::vector<std::string> FakeBroker::frames(const std::vector<std::string>& beginnings) const {
  std::vector<std::string> out = frames();
  const auto wanted = [&](const std::string& frame) {
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](const std::string& each) { return frame.starts_with(each); });
  };
  std::erase_if(out, [&](const std::string& frame) { return !wanted(frame); });
  return out;
}

void FakeBroker::run() {
  while (!ended_) {
    pollfd waiting[] = {{wake_, POLLIN, 0}, {listener_, POLLIN, 0}};
    ::poll(waiting, 2, -1);
    if (ended_) return;
    if (waiting[1].revents == 0) {
      std::uint64_t count;
      [[maybe_unused]] const ssize_t got = ::read(wake_, &count, sizeof count);
      continue;
    }
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    serve(client);
    ::close(client);
  }
}

void FakeBroker::serve(int client) {
  constexpr std::size_t greeting = 8, head = 7, frame_overhead = 8;
  FakeChannel channel(settings_, journal_);
  std::string in;
  bool greeted = false;
  while (!channel.gone()) {
    if (const std::int64_t messages = supply_.exchange(-1); messages >= 0)
      left_ = std::uint64_t(messages);
    if (cancels_.exchange(false)) channel.cancel_consumers();
    channel.deliver(left_);
    std::string& out = channel.out();
    const auto size = std::size_t(std::min<std::int64_t>(std::int64_t(out.size()), sendable_));
    pollfd waiting[] = {{wake_, POLLIN, 0}, {client, short(POLLIN | (size == 0 ? 0 : POLLOUT)), 0}};
    ::poll(waiting, 2, -1);
    if (ended_) return;
    std::uint64_t count;
    [[maybe_unused]] const ssize_t woken = ::read(wake_, &count, sizeof count);
    if (size > 0) {
      const ssize_t sent = ::send(client, out.data(), size, MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN) return;
      if (sent > 0) out.erase(0, std::size_t(sent));
      if (sent > 0 && sendable_ != no_limit) sendable_ -= sent;
    }
    char bytes[65536];
    const ssize_t got = ::recv(client, bytes, sizeof bytes, 0);
    if (got == 0 || (got < 0 && errno != EAGAIN)) return;
    if (got > 0) in.append(bytes, std::size_t(got));
    if (!greeted && in.size() >= greeting) {
      greeted = true;
      in.erase(0, greeting);
      channel.greet();
    }
    while (greeted && in.size() >= head) {
      const std::size_t size = size_in(in);
      if (in.size() < size + frame_overhead) break;
      if (in[0] == AMQP_FRAME_METHOD) channel.take(std::string_view(in).substr(head, size));
      in.erase(0, size + frame_overhead);
    }
  }
}

}  // namespace rabbitmq_test
