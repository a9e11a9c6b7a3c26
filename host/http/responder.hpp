#pragma once
// Responder: calls a server's handler and keeps what it throws from the client and from the server's loop.
//
// It also keeps the clock that deadlines are measured by: it stands still while the handler works, because then nobody
// reads, and a client must not be blamed for a slow handler. The server's thread only; owned by the server.
#include <chrono>
#include <functional>
#include <string>

#include "host/http/request.hpp"
#include "host/http/response.hpp"

namespace connector_host::http {

using Handler = std::function<Response(const Request&)>;

class Responder {
 public:
  using Clock = std::chrono::steady_clock;

  Responder(Handler handler, std::function<void(const std::string&)> report);

  Response answer(const Request& request);
  Clock::time_point now() const { return Clock::now() - spent_; }
  void report(const std::string& what) const noexcept;

 private:
  Response call(const Request& request);

  const Handler handler_;
  const std::function<void(const std::string&)> report_;
  Clock::duration spent_{};  // inside the handler so far
};

}  // namespace connector_host::http
