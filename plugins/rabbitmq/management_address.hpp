#pragma once
// ManagementAddress: where RabbitMQ's management HTTP API is and who logs in there, read from the
// option management_url.
//
// No message of the parser and no description holds a user name, a password, or a piece of the URL
// that might be one. A plain value.
#include <string>

namespace connector_host_plugins::rabbitmq {

struct ManagementAddress {
  std::string scheme, host, port;  // http or https; an IPv6 address with its brackets
  std::string path;                // in front of /api, without a '/' at its end
  std::string user, password;

  // For messages and logs: http://host:port.
  std::string describe() const { return scheme + "://" + host + ':' + port; }
};

// user and password: those of the AMQP connection, for a URL without. Throws BAD_CONFIG.
ManagementAddress parse_management_url(const std::string& url, const std::string& user,
                                       const std::string& password);

}  // namespace connector_host_plugins::rabbitmq
