#pragma once
// Handshake: what is said on a new connection before it does any work, and what the answers have to
// be.
//
// Leaves nothing on the server but the scripts in its cache. Immutable, so connections of several
// threads may be prepared at once; owned by the store, whose configuration outlives it.
#include <connector/host.hpp>

#include "plugins/redis/connection.hpp"
#include "plugins/redis/redis_config.hpp"

namespace connector_host_plugins::redis {

class Handshake {
 public:
  explicit Handshake(const RedisConfig& config) : config_(&config) {}

  // All throw RedisError; log_in comes first.
  void log_in(Connection&, const net::Limit&) const;
  // Refuses what is not a single Redis server, and warns of one that forgets keys when its memory
  // is full.
  void look_around(Connection&, const connector::Host&, const net::Limit&) const;
  // Chooses the database and finds out whether it may be written, and whether SET knows NX together
  // with GET.
  void probe(Connection&, const net::Limit&) const;
  void load_scripts(Connection&, const net::Limit&) const;
  // May this user run scripts, and each command in them? After load_scripts.
  void try_scripts(Connection&, const net::Limit&) const;

 private:
  const RedisConfig* config_;
};

}  // namespace connector_host_plugins::redis
