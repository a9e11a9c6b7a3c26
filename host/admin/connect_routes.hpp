#pragma once
// ConnectRoutes: the admin listener (8083): Kafka Connect's REST API, and under /admin what only this host has.
//
// It finds the routes for a path, turns what they throw into answers, and writes one line to the log for each change that
// was asked for. Called on the server's thread; what it is given outlives it.
#include <functional>
#include <string>

#include "host/admin/caller.hpp"
#include "host/admin/connector_routes.hpp"
#include "host/admin/logger_routes.hpp"
#include "host/admin/plugin_routes.hpp"
#include "host/admin/ui_page.hpp"

namespace connector_host::admin {

// What the process does for the routes.
struct HostActions {
  std::function<Json()> effective_config;  // without secrets
  std::function<Json()> reload;            // the topology file; throws ReloadRefused
};

// A topology file that cannot be applied; nothing has changed then.
class ReloadRefused : public std::runtime_error {
 public:
  ReloadRefused(const std::string& what, Json problems) : std::runtime_error(what), problems(std::move(problems)) {}
  const Json problems;
};

class ConnectRoutes {
 public:
  ConnectRoutes(runtime::Runtime& runtime, runtime::HostServices& services, plugin::PluginCatalog& catalog, topology::ComponentCatalog& components,
                observability::Log& log, HostActions actions, std::string host_version);
  // host:port of this listener, how Kafka Connect names a worker; before the server starts.
  void set_worker(std::string worker) { connectors_.set_worker(std::move(worker)); }

  // admin: it would change something, which is all but looking and validating. none: for everybody: the page, which asks
  // for the login itself, and the health of the worker for callers on this machine.
  static Role needed_for(const http::Request& request);
  // The caller may have what it asks for.
  http::Response answer(const http::Request& request, const Caller& caller);

 private:
  void say_audit(const http::Request& request, const Caller& caller, int status) const;
  http::Response route(const http::Request& request, const Caller& caller);
  http::Response root() const;
  std::string kafka_cluster_id() const;
  http::Response health() const;
  http::Response openapi() const;
  http::Response admin(const http::Request& request, const Segments& at, const Caller& caller);
  http::Response reload();

  runtime::Runtime& runtime_;
  runtime::HostServices& services_;
  ConnectorRoutes connectors_;
  PluginRoutes plugins_;
  LoggerRoutes loggers_;
  const UiPage ui_page_;
  const HostActions actions_;
  const std::string host_version_;
};

}  // namespace connector_host::admin
