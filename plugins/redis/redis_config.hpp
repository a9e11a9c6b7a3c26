#pragma once
// RedisConfig: the options of one store, checked against each other. What needs the network is
// checked by open.
//
// A plain value; immutable once made, so any thread reads it. Owned by the store. Never log it: it
// holds the password.
#include <chrono>
#include <connector/config.hpp>
#include <string>
#include <vector>

#include "plugins/redis/address.hpp"
#include "plugins/redis/key_template.hpp"

namespace connector_host_plugins::redis {

struct TlsConfig {
  bool enabled = false, verify = true;
  std::string ca_file, cert_file, key_file;
};

struct RedisConfig {
  explicit RedisConfig(const connector::Config& config);  // throws BAD_CONFIG

  Address address;
  KeyTemplate keys;
  std::vector<std::string> legacy_done;
  std::string user, password;
  std::int64_t db;
  std::chrono::milliseconds ttl, connect_timeout;
  std::size_t connections;
  TlsConfig tls;
};

}  // namespace connector_host_plugins::redis
