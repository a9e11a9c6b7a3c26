#include "fake_broker.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <stdexcept>

#include "tests/plugins/rabbitmq/loopback.hpp"
#include "tests/plugins/rabbitmq/tcp_proxy.hpp"

namespace rabbitmq_test {
namespace {

constexpr std::size_t frame_max = 131072, frame_overhead = 8, at_once = 256 * 1024;
constexpr amqp_method_number_t queue_class = 50;

std::uint64_t number(std::string_view bytes) {
  std::uint64_t out = 0;
  for (const char each : bytes) out = out << 8 | static_cast<unsigned char>(each);
  return out;
}

std::string big_endian(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += char(value >> (8 * i) & 0xFF);
  return out;
}

std::string long_string(std::string_view text) {
  return big_endian(text.size(), 4) + std::string(text);
}

std::string frame(char type, std::uint16_t channel, std::string_view payload) {
  return type + big_endian(channel, 2) + big_endian(payload.size(), 4) + std::string(payload) + '\xCE';
}

std::string answer(amqp_method_number_t method, const std::string& arguments = {}) {
  const std::uint16_t channel = method >> 16 == 10 ? 0 : 1;
  return method_frame(channel, std::uint16_t(method >> 16), std::uint16_t(method & 0xFFFF), arguments);
}

}  // namespace

// What one connection has said and is owed.
struct FakeBroker::Consumer {
  std::string out;
  bool consuming = false, gone = false;
  std::uint64_t prefetch = 0, newest = 0;
  std::set<std::uint64_t> outstanding;
};

FakeBroker::FakeBroker(amqp_method_number_t silent_at, std::size_t body_size, std::chrono::milliseconds slowness)
    : silent_at_(silent_at),
      body_size_(body_size),
      slowness_(slowness),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      stop_(::eventfd(0, EFD_CLOEXEC)) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 16) != 0) throw std::runtime_error("the fake cannot listen");
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

FakeBroker::~FakeBroker() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(stop_, &one, sizeof one);
  thread_.join();
  ::close(listener_);
  ::close(stop_);
}

void FakeBroker::run() {
  for (;;) {
    pollfd waiting[] = {{stop_, POLLIN, 0}, {listener_, POLLIN, 0}};
    ::poll(waiting, 2, -1);
    if (waiting[0].revents) return;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    serve(client);
    ::close(client);
  }
}

void FakeBroker::serve(int client) {
  constexpr std::size_t greeting = 8, head = 7;
  Consumer consumer;
  std::string in;
  bool greeted = false;
  while (!consumer.gone) {
    while (consumer.consuming && consumer.out.size() < at_once && consumer.outstanding.size() < consumer.prefetch) {
      consumer.outstanding.insert(++consumer.newest);
      consumer.out += delivery(consumer.newest);
    }
    pollfd waiting[] = {{stop_, POLLIN, 0}, {client, short(POLLIN | (consumer.out.empty() ? 0 : POLLOUT)), 0}};
    ::poll(waiting, 2, -1);
    if (waiting[0].revents) return;
    if (!consumer.out.empty()) {
      const ssize_t sent = ::send(client, consumer.out.data(), consumer.out.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN) return;
      if (sent > 0) consumer.out.erase(0, std::size_t(sent));
    }
    char bytes[65536];
    const ssize_t got = ::recv(client, bytes, sizeof bytes, 0);
    if (got == 0 || (got < 0 && errno != EAGAIN)) return;
    if (got > 0) in.append(bytes, std::size_t(got));
    if (!greeted && in.size() >= greeting) {
      greeted = true;
      in.erase(0, greeting);
      consumer.out += answer(AMQP_CONNECTION_START_METHOD, std::string("\0\x09", 2) + long_string("") + long_string("PLAIN") + long_string("en_US"));
    }
    while (greeted && in.size() >= head) {
      const std::size_t size = number(std::string_view(in).substr(3, 4));
      if (in.size() < size + frame_overhead) break;
      if (in[0] == AMQP_FRAME_METHOD) take(std::string_view(in).substr(head, size), consumer);
      in.erase(0, size + frame_overhead);
    }
  }
}

void FakeBroker::take(std::string_view payload, Consumer& consumer) {
  const auto method = amqp_method_number_t(number(payload.substr(0, 4)));
  const std::string_view arguments = payload.substr(4);
  if (silent_at_ != answers_all && method == silent_at_) {
    ++silences_;
    return;
  }
  if (method >> 16 == queue_class) std::this_thread::sleep_for(slowness_);
  switch (method) {
    case AMQP_CONNECTION_START_OK_METHOD:
      consumer.out += answer(AMQP_CONNECTION_TUNE_METHOD, big_endian(2047, 2) + big_endian(frame_max, 4) + big_endian(60, 2));
      break;
    case AMQP_CONNECTION_OPEN_METHOD:
      consumer.out += answer(AMQP_CONNECTION_OPEN_OK_METHOD, short_string(""));
      break;
    case AMQP_CHANNEL_OPEN_METHOD:
      consumer.out += answer(AMQP_CHANNEL_OPEN_OK_METHOD, long_string(""));
      break;
    case AMQP_QUEUE_DECLARE_METHOD:
      consumer.out += answer(AMQP_QUEUE_DECLARE_OK_METHOD, short_string("q") + big_endian(100'000, 4) + big_endian(1, 4));
      break;
    case AMQP_QUEUE_BIND_METHOD:
      consumer.out += answer(AMQP_QUEUE_BIND_OK_METHOD);
      break;
    case AMQP_BASIC_QOS_METHOD:
      consumer.prefetch = number(arguments.substr(4, 2));
      consumer.out += answer(AMQP_BASIC_QOS_OK_METHOD);
      break;
    case AMQP_BASIC_CONSUME_METHOD:
      consumer.consuming = true;
      consumer.out += answer(AMQP_BASIC_CONSUME_OK_METHOD, short_string("c"));
      break;
    case AMQP_BASIC_CANCEL_METHOD:
      consumer.consuming = false;
      consumer.out += answer(AMQP_BASIC_CANCEL_OK_METHOD, short_string("c"));
      break;
    case AMQP_BASIC_ACK_METHOD: {
      const std::uint64_t tag = number(arguments.substr(0, 8));
      const auto first = arguments[8] != 0 ? consumer.outstanding.begin() : consumer.outstanding.lower_bound(tag);
      consumer.outstanding.erase(first, consumer.outstanding.upper_bound(tag));
      break;
    }
    case AMQP_CHANNEL_CLOSE_METHOD:
      consumer.out += answer(AMQP_CHANNEL_CLOSE_OK_METHOD);
      break;
    case AMQP_CONNECTION_CLOSE_METHOD:
      consumer.gone = true;  // the source takes the end for an answer
      break;
    default:
      break;
  }
}

std::string FakeBroker::delivery(std::uint64_t tag) const {
  std::string out = answer(AMQP_BASIC_DELIVER_METHOD, short_string("c") + big_endian(tag, 8) + '\0' + short_string("") + short_string("q"));
  out += frame(AMQP_FRAME_HEADER, 1, big_endian(60, 2) + big_endian(0, 2) + big_endian(body_size_, 8) + big_endian(0, 2));
  for (std::size_t left = body_size_; left > 0;) {
    const std::size_t size = std::min(left, frame_max - frame_overhead);
    out += frame(AMQP_FRAME_BODY, 1, std::string(size, byte_of(tag)));
    left -= size;
  }
  return out;
}

}  // namespace rabbitmq_test
