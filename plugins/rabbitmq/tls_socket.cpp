#include "plugins/rabbitmq/tls_socket.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "connector/error.hpp"

namespace connector_host_plugins::rabbitmq {
namespace {

// Why the last certificate was refused. The handshake runs on the calling thread, so this thread's is ours.
thread_local const char* refused_because = nullptr;

int note_refusal(int trusted, X509_STORE_CTX* context) {
  if (!trusted) refused_because = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context));
  return trusted;
}

std::string openssl_reason() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason ? reason : "no reason given";
}

void require(bool done, const char* option, const std::string& file) {
  if (!done) throw connector::bad_config(std::string("option '") + option + "': cannot use " + file + ": " + openssl_reason());
}

void expect_name(SSL_CTX* context, const std::string& host) {
  X509_VERIFY_PARAM* wanted = SSL_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) != 1) X509_VERIFY_PARAM_set1_host(wanted, host.c_str(), host.size());
}

void prepare(amqp_socket_t* socket, SSL_CTX* context, const std::string& host, const TlsSettings& settings) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, settings.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, note_refusal);
  amqp_ssl_socket_set_verify_peer(socket, settings.verify);
  amqp_ssl_socket_set_verify_hostname(socket, 0);  // expect_name does it
  if (settings.verify) expect_name(context, host);
  if (settings.ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(context);
  } else {
    require(SSL_CTX_load_verify_locations(context, settings.ca_file.c_str(), nullptr) == 1, "ca_file", settings.ca_file);
  }
  if (settings.cert_file.empty()) return;
  require(SSL_CTX_use_certificate_chain_file(context, settings.cert_file.c_str()) == 1, "cert_file", settings.cert_file);
  require(SSL_CTX_use_PrivateKey_file(context, settings.key_file.c_str(), SSL_FILETYPE_PEM) == 1, "key_file", settings.key_file);
}

}  // namespace

void open_tls_socket(amqp_connection_state_t state, const std::string& host, int port, const TlsSettings& settings, const Deadline& deadline) {
  ERR_clear_error();
  refused_because = nullptr;
  amqp_socket_t* socket = amqp_ssl_socket_new(state);
  if (!socket) throw connector::retriable("cannot prepare TLS: " + openssl_reason());
  prepare(socket, static_cast<SSL_CTX*>(amqp_ssl_socket_get_context(socket)), host, settings);
  const timeval limit = deadline.as_timeval();
  const int status = amqp_socket_open_noblock(socket, host.c_str(), port, &limit);
  if (status == AMQP_STATUS_OK) return;
  const std::string place = "RabbitMQ at " + host + ':' + std::to_string(port);
  if (refused_because) {
    throw connector::bad_config(place + " shows a certificate that is not trusted: " + refused_because +
                                "; check ca_file, and that the certificate names this host");
  }
  std::string why = amqp_error_string2(status);
  if (status == AMQP_STATUS_SSL_CONNECTION_FAILED) why += ": " + openssl_reason();
  throw connector::not_connected("cannot connect to " + place + " over TLS: " + why);
}

}  // namespace connector_host_plugins::rabbitmq
