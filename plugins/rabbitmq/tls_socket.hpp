#pragma once
// Prepares librabbitmq's TLS socket: TLS 1.2 or newer, peer and name verified by OpenSSL unless the
// user said otherwise.
//
// The library's own name check knows no addresses in certificates, and its verification comes after
// the handshake; so both are given to OpenSSL through the context that the library exposes. The
// library connects a TLS socket by itself: it gets one address after the other from us, so that a
// cancel ends the look up of the name; the handshake, too, because the socket is watched from there
// on; only the connecting to one address lasts for its share of the time. Any thread; no state.
#include <string>

#include "plugins/net/tls_credentials.hpp"
#include "plugins/rabbitmq/amqp.hpp"
#include "plugins/rabbitmq/interruption.hpp"

namespace connector_host_plugins::rabbitmq {

struct TlsSettings {
  net::TlsFiles files;
  bool verify = true;
};

// Connects state to host over TLS; the interruption watches its socket from then on. The socket
// belongs to state. Throws BAD_CONFIG for credentials that cannot be used and for a certificate
// that is not trusted, else NOT_CONNECTED.
void open_tls_socket(amqp_connection_state_t state, const std::string& host, int port, bool verify,
                     const net::TlsCredentials& credentials, const net::Deadline& deadline,
                     Interruption& interruption);

}  // namespace connector_host_plugins::rabbitmq
