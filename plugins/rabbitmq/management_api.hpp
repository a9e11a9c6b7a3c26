#pragma once
// ManagementApi: reads from RabbitMQ's management HTTP API, with libcurl.
//
// One GET at a time, each over a connection of its own. Everything is limited: the time of a
// request, its headers (64 KiB) and its answer (1 MiB). It follows no redirect, uses no proxy and
// speaks http or https only. TLS is that of the AMQP connection: 1.2 or newer, the same
// authorities, client certificate and verification. It knows nothing of queues. One thread at a
// time; a cancellation of the limit ends a request at once.
#include <stdexcept>
#include <string>

#include "plugins/net/deadline.hpp"
#include "plugins/rabbitmq/management_address.hpp"
#include "plugins/rabbitmq/tls_socket.hpp"

namespace connector_host_plugins::rabbitmq {

// Why there is no answer, in words without secrets.
class ManagementFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class ManagementApi {
 public:
  // The files of tls are read through the host, anew for each request.
  ManagementApi(connector::Host host, ManagementAddress address, TlsSettings tls);

  // The body of an answer with status 200. path: what follows /api, percent-encoded. Throws
  // ManagementFailure, and connector::Error for files that cannot be read.
  std::string get(const std::string& path, const net::Limit& limit) const;
  const ManagementAddress& address() const { return address_; }

 private:
  const connector::Host host_;
  const ManagementAddress address_;
  const TlsSettings tls_;
};

}  // namespace connector_host_plugins::rabbitmq
