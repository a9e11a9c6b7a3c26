#pragma once
// ServerFacts: what a connection knows of its server since the handshake. A plain value.
#include <string>

namespace connector_host_plugins::redis {

struct ServerFacts {
  bool claims_by_set = false;  // SET … NX GET is there: Redis 7.0 and later
  std::string claim_script, renew_script, release_script, bind_script;  // SHA-1, for EVALSHA
};

}  // namespace connector_host_plugins::redis
