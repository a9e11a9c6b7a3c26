#pragma once
// BrokerAddress: where one broker is and who we are there, read from an AMQP URL.
//
// The parser is our own on purpose: librabbitmq's reads "amqp://host/" as the virtual host with the
// empty name, which no broker has; here, as in Go's and most other clients, it is "/", and so is no
// path at all. No message of the parser and no description ever holds a user name or a password, or
// a piece of the URL that might be one. A plain value.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace connector_host_plugins::rabbitmq {

struct BrokerAddress {
  bool tls = false;
  std::string host;
  std::uint16_t port = 0;
  std::string user = "guest", password = "guest";
  std::string virtual_host = "/";

  // For messages and logs: host:port (virtual host "/").
  std::string describe() const;
};

// One URL or several with commas between them. Throws BAD_CONFIG.
std::vector<BrokerAddress> parse_broker_addresses(std::string_view urls);

}  // namespace connector_host_plugins::rabbitmq
