#include "plugins/rabbitmq/tls_socket.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "connector/error.hpp"
#include "plugins/net/connect_failure.hpp"
#include "plugins/net/name_lookup.hpp"

namespace connector_host_plugins::rabbitmq {
namespace {

// Why the last certificate was refused. The handshake runs on the calling thread, so this thread's
// is ours.
thread_local const char* refused_because = nullptr;

int note_refusal(int trusted, X509_STORE_CTX* context) {
  if (!trusted) refused_because = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context));
  return trusted;
}

// The handshake that this thread is at: the library does not let us at its socket and its name
// before it is over.
struct Handshake {
  const std::string* host;
  Interruption* interruption;
};
thread_local const Handshake* under_way = nullptr;

// The library has put the address that it connected to where the name belongs.
void note_handshake(const SSL* ssl, int where, int) {
  if (!(where & SSL_CB_HANDSHAKE_START) || !under_way) return;
  SSL_set_tlsext_host_name(const_cast<SSL*>(ssl), under_way->host->c_str());
  under_way->interruption->watch(SSL_get_fd(ssl));
}

std::string number_of(const addrinfo& address) {
  char text[NI_MAXHOST] = "";
  ::getnameinfo(address.ai_addr, address.ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
  return text;
}

// The library's status of the last address.
int connect(amqp_socket_t* socket, const std::string& host, int port, const net::Deadline& deadline,
            Interruption& interruption) {
  const net::Addresses addresses =
      net::resolve(host, std::to_string(port), interruption.limit(deadline));
  int status = AMQP_STATUS_HOSTNAME_RESOLUTION_FAILED, untried = 0;
  for (const addrinfo* each = addresses.get(); each; each = each->ai_next) ++untried;
  const Handshake handshake{&host, &interruption};
  under_way = &handshake;
  for (const addrinfo* each = addresses.get();
       each && !interruption.cancelled() && !refused_because; each = each->ai_next, --untried) {
    const timeval limit = deadline.at_most(deadline.left() / untried).as_timeval();
    status = amqp_socket_open_noblock(socket, number_of(*each).c_str(), port, &limit);
    if (status == AMQP_STATUS_OK) break;
  }
  under_way = nullptr;
  return status;
}

std::string openssl_reason() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason ? reason : "no reason given";
}

void expect_name(SSL_CTX* context, const std::string& host) {
  X509_VERIFY_PARAM* wanted = SSL_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) != 1)
    X509_VERIFY_PARAM_set1_host(wanted, host.c_str(), host.size());
}

void prepare(amqp_socket_t* socket, SSL_CTX* context, const std::string& host, bool verify,
             const net::TlsCredentials& credentials) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_info_callback(context, note_handshake);
  // OpenSSL asks the callback without verification, too, where a certificate that it does not trust
  // refuses nothing.
  SSL_CTX_set_verify(context, verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE,
                     verify ? note_refusal : nullptr);
  amqp_ssl_socket_set_verify_peer(socket, verify);
  amqp_ssl_socket_set_verify_hostname(socket, 0);  // expect_name does it
  if (verify) expect_name(context, host);
  credentials.give_to(context);
}

}  // namespace

void open_tls_socket(amqp_connection_state_t state, const std::string& host, int port, bool verify,
                     const net::TlsCredentials& credentials, const net::Deadline& deadline,
                     Interruption& interruption) {
  ERR_clear_error();
  refused_because = nullptr;
  amqp_socket_t* socket = amqp_ssl_socket_new(state);
  if (!socket) throw connector::retriable("cannot prepare TLS: " + openssl_reason());
  prepare(socket, static_cast<SSL_CTX*>(amqp_ssl_socket_get_context(socket)), host, verify,
          credentials);
  const std::string place = "RabbitMQ at " + host + ':' + std::to_string(port);
  int status = AMQP_STATUS_OK;
  try {
    status = connect(socket, host, port, deadline, interruption);
  } catch (const net::ConnectFailure& failure) {
    throw connector::not_connected(place + ": " + failure.what());
  }
  if (status == AMQP_STATUS_OK) return;
  if (refused_because) {
    throw connector::bad_config(place +
                                " shows a certificate that is not trusted: " + refused_because +
                                "; check ca_file, and that the certificate names this host");
  }
  std::string why = amqp_error_string2(status);
  if (status == AMQP_STATUS_SSL_CONNECTION_FAILED) why += ": " + openssl_reason();
  throw connector::not_connected("cannot connect to " + place + " over TLS: " + why);
}

}  // namespace connector_host_plugins::rabbitmq
