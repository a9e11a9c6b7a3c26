#pragma once
// ConnectRoutes: the admin listener (8083): Kafka Connect's REST API, as far as this host offers it.
//
// Connectors come from the topology file; what would create, change or delete one answers 501 and says so. What is paused
// stays paused through restarts. Answers only to a Host header that names this machine, so that a web page cannot reach
// it by a name of its own (DNS rebinding). Called on the server's thread; the runtime outlives it.
#include <string>
#include <vector>

#include "host/http/request.hpp"
#include "host/http/response.hpp"
#include "host/runtime/runtime.hpp"

namespace connector_host::admin {

class ConnectRoutes {
 public:
  // worker: host:port of this listener, how Kafka Connect names a worker.
  ConnectRoutes(runtime::Runtime& runtime, world::World& world, std::string host_version)
      : runtime_(runtime), world_(world), host_version_(std::move(host_version)) {}
  void set_worker(std::string worker) { worker_ = std::move(worker); }  // before the server starts

  http::Response answer(const http::Request& request) const;

 private:
  using Segments = std::vector<std::string>;

  http::Response route(const http::Request& request, const Segments& at) const;
  http::Response root() const;
  http::Response health() const;
  http::Response all(const http::Request& request) const;
  http::Response of_connector(const http::Request& request, runtime::Connector& connector, const Segments& at) const;
  http::Response of_task(const http::Request& request, const runtime::Connector& connector, const Segments& at) const;

  runtime::Runtime& runtime_;
  world::World& world_;
  const std::string host_version_;
  std::string worker_;
};

}  // namespace connector_host::admin
