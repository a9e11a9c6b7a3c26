#pragma once
// Connection: one client, with or without TLS. Reads a request, answers it, and so on while the client keeps it alive.
//
// A TLS handshake is a part of reading the first request: it has the same deadline, and gives way like it.
// Every phase has a deadline, so each one ends by itself. The server's thread only. Owned by Connections; while an
// operation of it is under way, that holds it as well.
#include <chrono>
#include <functional>
#include <memory>

#include "host/http/responder.hpp"
#include "host/http/server_settings.hpp"

namespace boost::asio {
class io_context;
}

namespace connector_host::http {

class Connection {
 public:
  // In the order in which they give way to a new connection.
  enum class Phase { ending, idle, reading, writing };

  virtual ~Connection() = default;
  virtual void start() = 0;
  // Ends it, after the answer under way if there is one.
  virtual void finish() = 0;
  // Ends it now.
  virtual void close() = 0;
  virtual Phase phase() const = 0;
  virtual std::chrono::steady_clock::time_point since() const = 0;  // of this phase
};

class TlsContext;

// Takes the descriptor, a connected socket. tls: null: none; the connection does not need it afterwards. The rest outlives
// the connection; ended is called once, when it is closed.
std::shared_ptr<Connection> make_connection(boost::asio::io_context& io, int descriptor, TlsContext* tls, Responder& responder, const ServerSettings& settings,
                                            std::function<void(const Connection&)> ended);

}  // namespace connector_host::http
