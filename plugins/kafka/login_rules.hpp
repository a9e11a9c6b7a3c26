#pragma once
// What a login at the brokers has to be like. With GSSAPI librdkafka gives a command to a shell,
// with the values of sasl.kerberos.* in it and unquoted (rdkafka_sasl_cyrus.c, system(3)), and
// GSSAPI is its default when no mechanism is named. So a mechanism is required wherever there is
// anything of SASL, these values have letters that mean nothing to a shell, and the command is
// ours.
#include <connector/config.hpp>

#include "plugins/kafka/kafka_settings.hpp"

namespace connector_host_plugins::kafka {

// Throws BAD_CONFIG; else adds what the login needs. settings: with all that the configuration says
// of the connection.
void complete_login(const connector::Config& config, KafkaSettings& settings);

}  // namespace connector_host_plugins::kafka
