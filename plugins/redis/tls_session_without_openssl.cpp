// Stands in for tls_session.cpp in a build without OpenSSL. RedisConfig refuses `tls: true` there,
// so nothing here is reached.
#include <connector/error.hpp>

#include "plugins/redis/tls_session.hpp"

namespace connector_host_plugins::redis {

struct TlsContext::State {};
struct TlsSession::State {};

bool TlsContext::supported() {
  return false;
}
TlsContext::TlsContext(const TlsConfig&, const connector::Host&) {
  throw connector::bad_config("this redis plugin was built without OpenSSL");
}
TlsContext::~TlsContext() = default;
TlsSession::TlsSession(const TlsContext&, const std::string&, const Socket&, const net::Limit&) {
  throw connector::bad_config("this redis plugin was built without OpenSSL");
}
TlsSession::~TlsSession() = default;
std::size_t TlsSession::send(const char*, std::size_t) {
  return 0;
}
std::size_t TlsSession::receive(char*, std::size_t) {
  return 0;
}
bool TlsSession::has_buffered() const {
  return false;
}

}  // namespace connector_host_plugins::redis
