#pragma once
// Prepares librabbitmq's TLS socket: TLS 1.2 or newer, peer and name verified by OpenSSL unless the user said otherwise.
//
// The library's own name check knows no addresses in certificates, and its verification comes after the handshake; so
// both are given to OpenSSL through the context that the library exposes. Any thread; no state.
#include <string>

#include "plugins/rabbitmq/amqp.hpp"
#include "plugins/rabbitmq/deadline.hpp"

namespace connector_host_plugins::rabbitmq {

struct TlsSettings {
  std::string ca_file, cert_file, key_file;  // empty: the system's authorities; no certificate of our own
  bool verify = true;
};

// Connects state to host over TLS. The socket belongs to state. Throws BAD_CONFIG for a file that cannot be used and for
// a certificate that is not trusted, else NOT_CONNECTED.
void open_tls_socket(amqp_connection_state_t state, const std::string& host, int port, const TlsSettings& settings, const Deadline& deadline);

}  // namespace connector_host_plugins::rabbitmq
