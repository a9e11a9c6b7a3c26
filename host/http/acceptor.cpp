#include "host/http/acceptor.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

namespace connector_host::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr int most_accepted_at_once = 32;  // then those that are there have their turn
constexpr std::chrono::milliseconds pause_without_descriptors{100};

// accept() also reports what befell a connection before it was taken (accept(2), "Error handling").
bool is_of_the_connection(int error) {
  switch (error) {
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      return false;
    default:
      return true;
  }
}

}  // namespace

Acceptor::Acceptor(asio::io_context& io, int listening, Events events) : listening_(listening), events_(std::move(events)), arrivals_(io), pause_(io) {}

void Acceptor::start() {
  arrivals_.assign(listening_);
  wait();
}

void Acceptor::stop() {
  stopped_ = true;
  pause_.cancel();
  if (arrivals_.is_open()) arrivals_.release();
}

void Acceptor::wait() {
  arrivals_.async_wait(asio::posix::stream_descriptor::wait_read, [this](error_code fault) {
    if (!fault && !stopped_) accept_all();
  });
}

void Acceptor::accept_all() {
  for (int i = 0; i < most_accepted_at_once; ++i) {
    const int descriptor = accept4(listening_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      events_.arrived(descriptor);
      continue;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    if (!is_of_the_connection(errno)) return accept_later(errno);
  }
  exhausted_ = false;
  wait();
}

// The client that waits keeps the socket readable, so waiting at once would be a busy loop.
void Acceptor::accept_later(int error) {
  if (!std::exchange(exhausted_, true)) events_.exhausted("cannot take connections now: " + std::generic_category().message(error));
  events_.make_room();
  pause_.expires_after(pause_without_descriptors);
  pause_.async_wait([this](error_code fault) {
    if (!fault && !stopped_) accept_all();
  });
}

}  // namespace connector_host::http
