#include "host/http/server.hpp"

#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <exception>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "host/http/connections.hpp"
#include "host/http/listen_socket.hpp"
#include "host/http/tls_context.hpp"

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

class Server::Loop {
 public:
  Loop(ServerSettings settings, Handler handler)
      : settings_(std::move(settings)),
        responder_(std::move(handler), settings_.report),
        tls_(read_tls()),
        socket_(settings_.host, settings_.port),
        port_(socket_.port()),
        arrivals_(io_),
        pause_(io_),
        grace_(io_),
        connections_(settings_.max_connections) {}

  std::uint16_t port() const { return port_; }
  void start();
  void stop();
  void reload_tls();
  bool turns();

 private:
  std::shared_ptr<TlsContext> read_tls() const { return settings_.tls ? std::make_shared<TlsContext>(*settings_.tls) : nullptr; }
  std::shared_ptr<TlsContext> tls();
  void run();
  void wait_for_clients();
  void accept_clients();
  void accept_later(int error);
  void welcome(int descriptor);
  void forget(const Connection& ended);
  void begin_to_stop();
  void stop_accepting();

  const ServerSettings settings_;
  Responder responder_;
  std::mutex tls_mutex_;             // guards tls_
  std::shared_ptr<TlsContext> tls_;  // null: plain HTTP
  ListenSocket socket_;
  const std::uint16_t port_;
  asio::io_context io_{1};
  asio::posix::stream_descriptor arrivals_;  // watches socket_, does not own it
  asio::steady_timer pause_, grace_;
  Connections connections_;
  bool stopping_ = false, short_of_descriptors_ = false;  // the loop's thread only
  std::atomic<bool> asked_ = false;                       // to turn, and has not yet

  std::atomic<std::thread::id> runner_{};  // the loop's thread; none before it runs
  std::mutex mutex_;                       // guards the next two
  std::thread thread_;
  bool stopped_ = false;
};

void Server::Loop::start() {
  std::lock_guard lock(mutex_);
  if (stopped_ || thread_.joinable()) return;
  arrivals_.assign(socket_.descriptor());
  wait_for_clients();
  thread_ = std::thread([this] { run(); });
}

void Server::Loop::stop() {
  asio::post(io_, [this] { begin_to_stop(); });
  if (runner_.load() == std::this_thread::get_id()) return;
  std::lock_guard lock(mutex_);
  if (std::exchange(stopped_, true)) return;
  thread_.joinable() ? thread_.join() : socket_.close();
}

void Server::Loop::reload_tls() {
  auto fresh = read_tls();
  std::lock_guard lock(tls_mutex_);
  tls_ = std::move(fresh);
}

bool Server::Loop::turns() {
  if (asked_.exchange(true)) return false;
  asio::post(io_, [this] { asked_ = false; });
  return true;
}

std::shared_ptr<TlsContext> Server::Loop::tls() {
  std::lock_guard lock(tls_mutex_);
  return tls_;
}

void Server::Loop::run() {
  runner_ = std::this_thread::get_id();
  pthread_setname_np(pthread_self(), settings_.thread_name.substr(0, 15).c_str());  // Linux allows 15 letters
  for (;;) {
    try {
      io_.run();  // until nothing is left to wait for
      return;
    } catch (const std::exception& error) {  // out of memory: that connection's deadline ends it
      responder_.report(std::string("a connection failed: ") + error.what());
    }
  }
}

void Server::Loop::wait_for_clients() {
  arrivals_.async_wait(asio::posix::stream_descriptor::wait_read, [this](error_code fault) {
    if (!fault && !stopping_) accept_clients();
  });
}

void Server::Loop::accept_clients() {
  for (int i = 0; i < most_accepted_at_once; ++i) {
    const int descriptor = accept4(socket_.descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      welcome(descriptor);
      continue;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    if (!is_of_the_connection(errno)) return accept_later(errno);
  }
  short_of_descriptors_ = false;
  wait_for_clients();
}

// The client that waits keeps the socket readable, so waiting at once would be a busy loop.
void Server::Loop::accept_later(int error) {
  if (!std::exchange(short_of_descriptors_, true)) responder_.report("cannot take connections now: " + std::generic_category().message(error));
  connections_.close_one();
  pause_.expires_after(pause_without_descriptors);
  pause_.async_wait([this](error_code fault) {
    if (!fault && !stopping_) accept_clients();
  });
}

void Server::Loop::welcome(int descriptor) {
  std::shared_ptr<Connection> connection;
  try {
    if (connections_.make_room())
      connection = make_connection(io_, descriptor, tls().get(), responder_, settings_, [this](const Connection& ended) { forget(ended); });
  } catch (const std::exception& error) {
    responder_.report(std::string("cannot take a connection: ") + error.what());
  }
  if (!connection) {
    ::close(descriptor);
    return;
  }
  connections_.add(connection);
  connection->start();
}

void Server::Loop::forget(const Connection& ended) {
  connections_.remove(ended);
  if (stopping_ && connections_.empty()) grace_.cancel();
}

void Server::Loop::begin_to_stop() {
  if (std::exchange(stopping_, true)) return;
  stop_accepting();
  connections_.finish_all();
  if (connections_.empty()) return;
  grace_.expires_after(settings_.stop_grace);
  grace_.async_wait([this](error_code fault) {
    if (!fault) connections_.close_all();
  });
}

void Server::Loop::stop_accepting() {
  pause_.cancel();
  arrivals_.release();
  socket_.close();
}

Server::Server(ServerSettings settings, Handler handler) : loop_(std::make_unique<Loop>(std::move(settings), std::move(handler))) {}
Server::~Server() {
  loop_->stop();
}
std::uint16_t Server::port() const {
  return loop_->port();
}
void Server::start() {
  loop_->start();
}
void Server::stop() {
  loop_->stop();
}
void Server::reload_tls() {
  loop_->reload_tls();
}
bool Server::turns() {
  return loop_->turns();
}

}  // namespace connector_host::http
