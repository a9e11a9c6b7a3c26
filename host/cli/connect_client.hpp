#pragma once
// ConnectClient: asks the admin API of a connector-host, or Kafka Connect's, and tells good answers from others.
//
// A connector-host on this machine that wants a login names its Unix socket in its refusal; without credentials the client
// then asks there, once it is sure that the same process answers: behind a tunnel the path would be another host's.
//
// A conflict (409) is what a Kafka Connect answers while its workers settle who does what; it is asked again for as long as
// one answer may take. One thread; owned by the command, which ends it from another by the stop token.
#include <memory>
#include <stop_token>
#include <string>

#include "host/http/client.hpp"
#include "host/world/world.hpp"

namespace connector_host::cli {

class ConnectClient {
 public:
  // credentials: the value of the Authorization header, or empty. Throws std::invalid_argument for settings that are none.
  // The world outlives it.
  ConnectClient(http::ClientSettings settings, std::string credentials, world::World& world, std::stop_token stop = {});

  // The document of an answer that is good; empty when there was none. Throws Refusal and http::ClientFailure.
  std::string get(const std::string& path) { return ask("GET", path); }
  std::string ask(const std::string& method, const std::string& path, const std::string& body = {});

  const std::string& name() const { return name_; }  // the URL, or unix: and the path of the socket

 private:
  http::ClientResponse ask_until_settled(const http::ClientRequest& request);
  http::ClientResponse ask_with_rights(const http::ClientRequest& request);
  bool switch_to_socket(const http::ClientResponse& refusal);

  const std::string name_;
  const http::ClientSettings settings_;
  const std::string credentials_;
  std::unique_ptr<http::Client> client_;
  bool at_socket_;
  world::World& world_;
  const std::unique_ptr<world::Gate> pause_;
  const std::stop_token stop_;
};

// "/connectors/NAME" and what follows, such as "/status".
std::string connector_path(const std::string& name, const std::string& rest = {});

}  // namespace connector_host::cli
