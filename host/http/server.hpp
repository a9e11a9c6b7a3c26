#pragma once
// Server: HTTP/1.1 for health checks, metrics and the REST API, on one address, and a Unix socket if there is to be one,
// and one thread of its own.
//
// What it is not: a web server for the world. One thread serves all clients and the handler is called on it, so a slow
// handler delays everyone of this server (give slow answers a server of their own). No compression, no upgrades. Every
// limit of ServerSettings is held against clients that do not play by the rules, with TLS as without.
#include <cstdint>
#include <memory>

#include "host/http/local_socket.hpp"
#include "host/http/responder.hpp"
#include "host/http/server_settings.hpp"

namespace connector_host::http {

class Server {
 public:
  // Binds and listens, but answers nobody before start(). Throws ListenError, or std::runtime_error: one line on what is wrong with
  // a file of TLS. local: is served as well, always in plain HTTP; null: there is no such socket.
  Server(ServerSettings settings, Handler handler, std::unique_ptr<LocalSocket> local = nullptr);
  ~Server();  // stop()

  std::uint16_t port() const;
  // Thread-safe and idempotent, both. After stop() it does not start again. stop() lets answers under way go out within
  // stop_grace, ends all connections and joins the thread; it cannot end a handler that does not return. Called by the
  // handler itself it only begins to stop. The destructor must not run on the server's thread.
  void start();
  void stop();
  // Reads the files of TLS anew, for connections that begin from now on; nothing without TLS. Thread-safe. Throws
  // std::runtime_error as the constructor does; then what was read before stays in use.
  void reload_tls();
  // Has its thread turned since this was asked the last time? One that hangs in a handler does not. The first answer is yes.
  // Between start() and stop(), for one asker.
  bool turns();

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace connector_host::http
