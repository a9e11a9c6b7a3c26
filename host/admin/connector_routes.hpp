#pragma once
// ConnectorRoutes: /connectors and all below it, as Kafka Connect answers it.
//
// Reading and asking returns at once; only offsets ask a plugin, for a few seconds at most. Called on the server's thread;
// what it is given outlives it.
#include <map>
#include <string>
#include <vector>

#include "host/admin/connect_json.hpp"
#include "host/http/request.hpp"
#include "host/http/response.hpp"
#include "host/plugin/plugin_catalog.hpp"
#include "host/runtime/connector_offsets.hpp"
#include "host/runtime/runtime.hpp"

namespace connector_host::admin {

using Segments = std::vector<std::string>;  // of a path, decoded

class ConnectorRoutes {
 public:
  ConnectorRoutes(runtime::Runtime& runtime, runtime::HostServices& services, plugin::PluginCatalog& catalog)
      : connectors_(runtime.connectors()), services_(services), catalog_(catalog), offsets_(services) {}
  void set_worker(std::string worker) { worker_ = std::move(worker); }

  // at[0] is "connectors". Throws Refusal.
  http::Response answer(const http::Request& request, const Segments& at);

 private:
  using Found = std::shared_ptr<runtime::Connector>;

  Here here() const { return {worker_, services_.world.now()}; }
  Json status_of(const runtime::ConnectorView& view) const;
  Found existing(const std::string& name, const std::string& otherwise) const;
  Json info_of(const std::string& name) const;

  http::Response all(const http::Request& request) const;
  http::Response create(const http::Request& request);
  http::Response of_connector(const http::Request& request, const Segments& at);
  http::Response connector(const http::Request& request, const std::string& name);
  http::Response config(const http::Request& request, const std::string& name);
  http::Response put_config(const std::string& name, topology::FlatConfig flat);
  http::Response patch_config(const http::Request& request, const std::string& name);
  http::Response want(const http::Request& request, const std::string& name, const std::string& word);
  http::Response restart(const http::Request& request, const std::string& name);
  http::Response status(const http::Request& request, const std::string& name) const;
  http::Response tasks(const http::Request& request, const Segments& at);
  http::Response topics(const http::Request& request, const Segments& at);
  http::Response offsets(const http::Request& request, const std::string& name);

  runtime::ConnectorSet& connectors_;
  runtime::HostServices& services_;
  plugin::PluginCatalog& catalog_;
  runtime::ConnectorOffsets offsets_;
  std::string worker_;
  std::map<std::string, runtime::RecordTotals> topics_reset_;  // what had been written when the topics were forgotten
};

// 405 with the methods that there are.
http::Response only(const std::string& methods);
// Location of a connector.
std::string location_of(const std::string& name);

}  // namespace connector_host::admin
