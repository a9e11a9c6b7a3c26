#include "host/http/server.hpp"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "host/http/acceptor.hpp"
#include "host/http/connections.hpp"
#include "host/http/listen_socket.hpp"
#include "host/http/local_socket.hpp"
#include "host/http/tls_context.hpp"

namespace connector_host::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

}  // namespace

class Server::Loop {
 public:
  Loop(ServerSettings settings, Handler handler, std::unique_ptr<LocalSocket> local)
      : settings_(std::move(settings)),
        responder_(std::move(handler), settings_.report),
        tls_(read_tls()),
        socket_(settings_.host, settings_.port),
        local_socket_(std::move(local)),
        port_(socket_.port()),
        arrivals_(io_, socket_.descriptor(), events([this](int descriptor) { welcome(descriptor, tls()); })),
        grace_(io_),
        connections_(settings_.max_connections) {
    if (!local_socket_) return;
    local_arrivals_.emplace(io_, local_socket_->descriptor(), events([this](int descriptor) { welcome(descriptor, nullptr); }));
  }

  std::uint16_t port() const { return port_; }
  void start();
  void stop();
  void reload_tls();
  bool turns();

 private:
  std::shared_ptr<TlsContext> read_tls() const { return settings_.tls ? std::make_shared<TlsContext>(*settings_.tls) : nullptr; }
  std::shared_ptr<TlsContext> tls();
  void run();
  Acceptor::Events events(std::function<void(int)> arrived);
  void welcome(int descriptor, const std::shared_ptr<TlsContext>& tls);
  void forget(const Connection& ended);
  void begin_to_stop();
  void stop_accepting();
  void close_sockets();

  const ServerSettings settings_;
  Responder responder_;
  std::mutex tls_mutex_;             // guards tls_
  std::shared_ptr<TlsContext> tls_;  // null: plain HTTP
  ListenSocket socket_;
  const std::unique_ptr<LocalSocket> local_socket_;  // null: there is none
  const std::uint16_t port_;
  asio::io_context io_{1};
  Acceptor arrivals_;
  std::optional<Acceptor> local_arrivals_;
  asio::steady_timer grace_;
  Connections connections_;
  bool stopping_ = false;            // the loop's thread only
  std::atomic<bool> asked_ = false;  // to turn, and has not yet

  std::atomic<std::thread::id> runner_{};  // the loop's thread; none before it runs
  std::mutex mutex_;                       // guards the next two
  std::thread thread_;
  bool stopped_ = false;
};

void Server::Loop::start() {
  std::lock_guard lock(mutex_);
  if (stopped_ || thread_.joinable()) return;
  arrivals_.start();
  if (local_arrivals_) local_arrivals_->start();
  thread_ = std::thread([this] { run(); });
}

void Server::Loop::stop() {
  asio::post(io_, [this] { begin_to_stop(); });
  if (runner_.load() == std::this_thread::get_id()) return;
  std::lock_guard lock(mutex_);
  if (std::exchange(stopped_, true)) return;
  if (thread_.joinable()) return thread_.join();
  close_sockets();
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

Acceptor::Events Server::Loop::events(std::function<void(int)> arrived) {
  return {std::move(arrived), [this](const std::string& what) { responder_.report(what); }, [this] { connections_.close_one(); }};
}

void Server::Loop::welcome(int descriptor, const std::shared_ptr<TlsContext>& tls) {
  std::shared_ptr<Connection> connection;
  try {
    if (connections_.make_room())
      connection = make_connection(io_, descriptor, tls.get(), responder_, settings_, [this](const Connection& ended) { forget(ended); });
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
  arrivals_.stop();
  if (local_arrivals_) local_arrivals_->stop();
  close_sockets();
}

void Server::Loop::close_sockets() {
  socket_.close();
  if (local_socket_) local_socket_->close();
}

Server::Server(ServerSettings settings, Handler handler, std::unique_ptr<LocalSocket> local)
    : loop_(std::make_unique<Loop>(std::move(settings), std::move(handler), std::move(local))) {}
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
