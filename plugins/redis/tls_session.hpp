#pragma once
// TlsContext: certificates and rules of TLS, read once per open. TlsSession: TLS over one connected
// socket.
//
// OpenSSL is used directly and not through hiredis_ssl: hiredis 0.14 has none, and that of
// hiredis 1.x checks the chain but not the host name. TLS 1.2 at least; chain and name are verified
// unless `verify: false`. A session is used by one thread at a time and owned by a Connection,
// whose socket outlives it; a context may be shared.
#include <connector/host.hpp>
#include <memory>
#include <string>

#include "plugins/net/deadline.hpp"
#include "plugins/redis/redis_config.hpp"
#include "plugins/redis/socket.hpp"

namespace connector_host_plugins::redis {

class TlsContext {
 public:
  static bool supported();  // built with OpenSSL?
  // Throws connector::Error for files that cannot be used.
  TlsContext(const TlsConfig&, const connector::Host&);
  ~TlsContext();

 private:
  friend class TlsSession;
  struct State;
  std::unique_ptr<State> state_;
};

class TlsSession {
 public:
  // Shakes hands. Throws RedisError; BAD_CONFIG where the certificate is refused.
  TlsSession(const TlsContext&, const std::string& host, const Socket&, const net::Limit&);
  ~TlsSession();

  // As those of Socket.
  std::size_t send(const char* data, std::size_t size);
  std::size_t receive(char* data, std::size_t size);
  bool has_buffered() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace connector_host_plugins::redis
