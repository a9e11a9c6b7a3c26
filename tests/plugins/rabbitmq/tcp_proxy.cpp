#include "tcp_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "tests/plugins/rabbitmq/loopback.hpp"

namespace rabbitmq_test {
namespace {

void reset(int socket) {
  const linger at_once{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(socket);
}

bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK;
}

// What the socket takes now; the rest stays. False when it has ended.
bool send_some(int socket, std::string& held, std::size_t most = std::string::npos) {
  const ssize_t sent =
      ::send(socket, held.data(), std::min(held.size(), most), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0) return would_block();
  held.erase(0, std::size_t(sent));
  return true;
}

}  // namespace

TcpProxy::TcpProxy(std::uint16_t to)
    : to_(to),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      stop_(::eventfd(0, EFD_CLOEXEC)) {
  port_ = listen_on_loopback(listener_);
  thread_ = std::thread([this] { run(); });
}

TcpProxy::~TcpProxy() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(stop_, &one, sizeof one);
  thread_.join();
  cut();
  ::close(listener_);
  ::close(stop_);
}

void TcpProxy::cut() {
  std::lock_guard lock(mutex_);
  for (const Pair& each : pairs_) {
    reset(each.client);
    if (each.server >= 0) reset(each.server);
  }
  pairs_.clear();
}

void TcpProxy::inject(std::string_view bytes) {
  std::lock_guard lock(mutex_);
  for (Pair& each : pairs_) {
    each.to_client += bytes;
    send_some(each.client, each.to_client);  // now, because it counts for a frozen one too
  }
}

std::size_t TcpProxy::connections() const {
  std::lock_guard lock(mutex_);
  return pairs_.size();
}

void TcpProxy::flood(const std::string& frame) {
  std::lock_guard lock(mutex_);
  flood_.clear();
  while (!frame.empty() && flood_.size() < 65536) flood_ += frame;
}

void TcpProxy::run() {
  auto before = std::chrono::steady_clock::now();
  for (;;) {
    std::vector<pollfd> waiting{{stop_, POLLIN, 0}, {listener_, POLLIN, 0}};
    bool floods = false;
    {
      std::lock_guard lock(mutex_);
      floods = !flood_.empty();
      for (const Pair& each : pairs_) {
        if (frozen_) break;
        const bool limited = bytes_per_second_ > 0;
        waiting.push_back(
            {each.client, events(each.to_server, limited ? std::string() : each.to_client), 0});
        waiting.push_back({each.server, events(each.to_client, each.to_server), 0});
      }
    }
    ::poll(waiting.data(), waiting.size(),
           floods ? 0 : 10);  // freeze, cut and inject are seen at the next turn
    if (waiting[0].revents) return;
    if (waiting[1].revents) accept_one();
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - before).count();
    before = now;
    std::lock_guard lock(mutex_);
    std::erase_if(pairs_, [&](Pair& each) {
      if (frozen_ || each.server < 0) return false;
      const bool open =
          pass(each.client, each.to_server, each.server) && pass_to_client(each, seconds);
      if (!open) ::close(each.client), ::close(each.server);
      return !open;
    });
  }
}

// What a side is waited for: its bytes, once the last ones have gone on, and room for those of the
// other side.
short TcpProxy::events(const std::string& from_it, const std::string& to_it) {
  return short((from_it.empty() ? POLLIN : 0) | (to_it.empty() ? 0 : POLLOUT));
}

void TcpProxy::accept_one() {
  const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  int server = -1;
  if (to_ != 0) {
    const sockaddr_in address = loopback(to_);
    server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      ::close(server);
      return reset(client);
    }
  }
  std::lock_guard lock(mutex_);
  pairs_.push_back({client, server, {}, {}});
}

// Never waits: a side that does not read must not keep a test from cutting it off. False when one
// side has ended.
bool TcpProxy::pass(int from, std::string& held, int to, std::size_t most) {
  if (held.empty()) {
    char bytes[65536];
    const ssize_t got = ::recv(from, bytes, sizeof bytes, MSG_DONTWAIT);
    if (got < 0) return would_block();
    if (got == 0) return false;
    held.assign(bytes, std::size_t(got));
  }
  return send_some(to, held, most);
}

bool TcpProxy::pass_to_client(Pair& pair, double seconds) {
  const double rate = double(bytes_per_second_);
  pair.allowance = std::min(pair.allowance + rate * seconds, rate / 10);
  const std::size_t most = rate > 0 ? std::size_t(pair.allowance) : std::string::npos;
  if (rate > 0 && most == 0) return true;
  const bool was_empty = pair.to_client.empty();
  if (!pass(pair.server, pair.to_client, pair.client, most)) return false;
  if (rate > 0)
    pair.allowance =
        std::max(0.0, pair.allowance -
                          double(most));  // it may have sent less: slower than allowed does no harm
  if (!was_empty || !pair.to_client.empty() || flood_.empty()) return true;
  pair.to_client = flood_;  // the broker had nothing to say
  return send_some(pair.client, pair.to_client);
}

std::string big_endian_16(std::uint16_t value) {
  return {char(value >> 8), char(value & 0xFF)};
}

std::string short_string(std::string_view text) {
  return char(text.size()) + std::string(text);
}

std::string method_frame(std::uint16_t channel, std::uint16_t class_id, std::uint16_t method_id,
                         std::string_view arguments) {
  const std::string payload =
      big_endian_16(class_id) + big_endian_16(method_id) + std::string(arguments);
  return '\x01' + big_endian_16(channel) + big_endian_16(0) +
         big_endian_16(std::uint16_t(payload.size())) + payload + '\xCE';
}

}  // namespace rabbitmq_test
