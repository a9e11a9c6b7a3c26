#pragma once
// Which librdkafka properties a topology may set, and which of them concern the connection alone.
//
// An allow-list, because a free passthrough is remote code execution: plugin.library.paths and
// ssl.engine.location load a library, sasl.kerberos.kinit.cmd runs a command (librdkafka
// CONFIGURATION.md), and what it mentions of other properties comes into that command as it is:
// login_rules.hpp says what those may be. What the delivery promise rests on (acks,
// enable.idempotence, message.timeout.ms), what has an option of its own with a secret in it or a
// list of values (sasl.mechanism), and what would do nothing (linger.ms: a write is sent when it is
// complete) is not here either.
#include <array>
#include <string_view>

#include "connector/view.hpp"

namespace connector_host_plugins::kafka {

// Exact names, or "family.*".
inline constexpr std::string_view connection_properties[] = {
    "api.version.*",
    "broker.address.*",
    "client.dns.lookup",
    "client.id",
    "connections.max.idle.ms",
    "enable.ssl.certificate.verification",
    "metadata.max.age.ms",
    "reconnect.*",
    "sasl.kerberos.keytab",
    "sasl.kerberos.principal",
    "sasl.kerberos.service.name",
    "sasl.username",
    "security.protocol",
    "socket.*",
    "ssl.ca.location",
    "ssl.ca.pem",
    "ssl.certificate.location",
    "ssl.certificate.pem",
    "ssl.cipher.suites",
    "ssl.crl.location",
    "ssl.curves.list",
    "ssl.endpoint.identification.algorithm",
    "ssl.key.location",
    "ssl.sigalgs.list",
    "topic.metadata.*"};
inline constexpr std::string_view producer_properties[] = {"batch.*",
                                                           "compression.*",
                                                           "max.in.flight",
                                                           "message.copy.max.bytes",
                                                           "message.max.bytes",
                                                           "partitioner",
                                                           "queue.buffering.max.kbytes",
                                                           "queue.buffering.max.messages",
                                                           "request.timeout.ms",
                                                           "retry.*",
                                                           "sticky.partitioning.linger.ms"};

inline constexpr auto allowed_properties = [] {
  std::array<connector_view, std::size(connection_properties) + std::size(producer_properties)>
      out{};
  std::size_t at = 0;
  for (std::string_view name : connection_properties) out[at++] = connector::view(name);
  for (std::string_view name : producer_properties) out[at++] = connector::view(name);
  return out;
}();

constexpr bool property_matches(std::string_view name, std::string_view rule) {
  if (!rule.ends_with(".*")) return name == rule;
  rule.remove_suffix(1);
  return name.size() > rule.size() && name.starts_with(rule);
}

template <class Rules>
constexpr bool property_in(std::string_view name, const Rules& rules) {
  for (std::string_view rule : rules)
    if (property_matches(name, rule)) return true;
  return false;
}

}  // namespace connector_host_plugins::kafka
