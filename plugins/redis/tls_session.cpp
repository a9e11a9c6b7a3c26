#include "plugins/redis/tls_session.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>

#include <algorithm>
#include <connector/error.hpp>

#include "plugins/net/sigpipe_guard.hpp"
#include "plugins/net/tls_credentials.hpp"
#include "plugins/redis/redis_error.hpp"

namespace connector_host_plugins::redis {
namespace {

std::string first_reason() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = code ? ERR_reason_error_string(code) : nullptr;
  return reason ? reason : "no reason given";
}

RedisError tls_lost(const std::string& why) {
  return {Failure::lost, CONNECTOR_NOT_CONNECTED, "the TLS connection was lost: " + why};
}

bool is_number(const std::string& host) {
  unsigned char bytes[sizeof(in6_addr)];
  return inet_pton(AF_INET, host.c_str(), bytes) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

// A port of Redis 7 without TLS takes a handshake for the beginning of a command and waits for the
// rest.
void wait_in_handshake(const Socket& socket, short events, const net::Limit& limit) {
  try {
    socket.wait(events, limit);
  } catch (const RedisError& error) {
    if (error.failure() != Failure::timeout) throw;
    throw RedisError(
        Failure::timeout, CONNECTOR_RETRIABLE,
        "the TLS handshake got no answer within the time limit; does this port speak TLS?");
  }
}

}  // namespace

struct TlsContext::State {
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{SSL_CTX_new(TLS_client_method()),
                                                            SSL_CTX_free};
  bool verify = true;
};

struct TlsSession::State {
  explicit State(SSL_CTX* context) : ssl(SSL_new(context), SSL_free) {}
  // 0: wait for what SSL_get_error said; throws when the connection is gone.
  std::size_t moved(int result) const;

  std::unique_ptr<SSL, decltype(&SSL_free)> ssl;
};

bool TlsContext::supported() {
  return true;
}

TlsContext::TlsContext(const TlsConfig& config, const connector::Host& host)
    : state_(std::make_unique<State>()) {
  SSL_CTX* context = state_->context.get();
  if (!context) throw connector::retriable("OpenSSL cannot make a context: " + first_reason());
  state_->verify = config.verify;
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_verify(context, config.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  net::TlsCredentials(host, {config.ca_file, config.cert_file, config.key_file}).give_to(context);
}

TlsContext::~TlsContext() = default;

TlsSession::TlsSession(const TlsContext& context, const std::string& host, const Socket& socket,
                       const net::Limit& limit)
    : state_(std::make_unique<State>(context.state_->context.get())) {
  const net::SigpipeGuard guard;
  SSL* ssl = state_->ssl.get();
  if (!ssl) throw connector::retriable("OpenSSL cannot make a session: " + first_reason());
  if (is_number(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
  } else {
    SSL_set1_host(ssl, host.c_str());
    SSL_set_tlsext_host_name(ssl, host.c_str());
  }
  SSL_set_fd(ssl, socket.fd());
  for (;;) {
    ERR_clear_error();
    const int result = SSL_connect(ssl);
    if (result == 1) return;
    const int error = SSL_get_error(ssl, result);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
      wait_in_handshake(socket, error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, limit);
      continue;
    }
    const long verdict = SSL_get_verify_result(ssl);
    if (context.state_->verify && verdict != X509_V_OK) {
      throw RedisError(Failure::connecting, CONNECTOR_BAD_CONFIG,
                       std::string("the server's certificate is refused: ") +
                           X509_verify_cert_error_string(verdict) +
                           "; check ca_file and the host in address");
    }
    if (error == SSL_ERROR_SSL && ERR_GET_REASON(ERR_peek_error()) == SSL_R_WRONG_VERSION_NUMBER) {
      throw RedisError(
          Failure::connecting, CONNECTOR_BAD_CONFIG,
          "the server does not speak TLS on this port: use its TLS port, or set tls: false");
    }
    throw RedisError(Failure::connecting, CONNECTOR_NOT_CONNECTED,
                     "the TLS handshake failed: " + first_reason());
  }
}

TlsSession::~TlsSession() = default;

std::size_t TlsSession::State::moved(int result) const {
  if (result > 0) return std::size_t(result);
  switch (SSL_get_error(ssl.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return 0;
    case SSL_ERROR_ZERO_RETURN:
      throw tls_lost("the server closed it");
    case SSL_ERROR_SYSCALL:
      throw tls_lost("the server is gone");
    default:
      throw tls_lost(first_reason());
  }
}

// One record of 16 KiB a call suffices; it also keeps the size within SSL_write's int.
std::size_t TlsSession::send(const char* data, std::size_t size) {
  const net::SigpipeGuard guard;
  ERR_clear_error();
  return state_->moved(
      SSL_write(state_->ssl.get(), data, int(std::min<std::size_t>(size, 16 * 1024))));
}

std::size_t TlsSession::receive(char* data, std::size_t size) {
  const net::SigpipeGuard guard;
  ERR_clear_error();
  return state_->moved(
      SSL_read(state_->ssl.get(), data, int(std::min<std::size_t>(size, 1 << 20))));
}

bool TlsSession::has_buffered() const {
  return SSL_pending(state_->ssl.get()) > 0;
}

}  // namespace connector_host_plugins::redis
