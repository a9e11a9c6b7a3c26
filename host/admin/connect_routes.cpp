#include "host/admin/connect_routes.hpp"

#include <algorithm>

#include "embedded/openapi_json.hpp"
#include "host/admin/local_caller.hpp"
#include "host/admin/refusal.hpp"
#include "host/runtime/instance_host.hpp"
#include "host/topology/source_text.hpp"

namespace connector_host::admin {
namespace {

// Clients gate what they offer by this one; ours is host_version.
constexpr const char* api_version = "4.3.1";

// A name goes into JSON, which has no other bytes: one that were taken would be kept, and answered, as another.
bool is_text(const Segments& at) {
  return std::all_of(at.begin(), at.end(), [](const std::string& each) { return topology::first_not_utf8(each) == std::string::npos; });
}

bool is_ui(const Segments& at) {
  return at.size() == 1 && at[0] == "ui";
}

bool is_health(const Segments& at) {
  return at.size() == 1 && at[0] == "health";
}

// What acts on that which is there and leaves it as it was made.
bool operates(const std::string& method, const Segments& at) {
  const std::string& last = at.empty() ? "" : at.back();
  const bool of_connector = at.size() == 3 && at[0] == "connectors", of_task = at.size() == 5 && at[0] == "connectors" && at[2] == "tasks";
  if (method == "PUT")
    return (of_connector && (last == "pause" || last == "resume" || last == "stop")) || (at.size() == 3 && at[0] == "admin" && at[1] == "loggers");
  return method == "POST" && (of_connector || of_task) && last == "restart";
}

Json json_of(const Caller& caller) {
  return {{"who", caller.who.empty() ? Json() : Json(caller.who)}, {"role", name_of(caller.role)}};
}

}  // namespace

ConnectRoutes::ConnectRoutes(runtime::Runtime& runtime, runtime::HostServices& services, plugin::PluginCatalog& catalog, topology::ComponentCatalog& components,
                             observability::Log& log, HostActions actions, std::string host_version)
    : runtime_(runtime),
      services_(services),
      connectors_(runtime, services, catalog),
      plugins_(catalog, components, runtime.connectors()),
      loggers_(log),
      actions_(std::move(actions)),
      host_version_(std::move(host_version)) {}

Role ConnectRoutes::needed_for(const http::Request& request) {
  const Segments& at = request.segments;
  if (request.method == "GET" && (is_ui(at) || (is_health(at) && is_local(request)))) return Role::none;
  const bool validates = request.method == "PUT" && at.size() == 4 && at[0] == "connector-plugins" && at[3] == "validate";
  if (request.method == "GET" || validates) return Role::read;
  return operates(request.method, at) ? Role::operate : Role::admin;
}

http::Response ConnectRoutes::answer(const http::Request& request, const Caller& caller) {
  http::Response response;
  try {
    response = route(request, caller);
  } catch (const Refusal& refusal) {
    response = http::error_response(refusal.status, refusal.what());
  } catch (...) {  // the server answers for it
    say_audit(request, caller, 500);
    throw;
  }
  say_audit(request, caller, response.status);
  response.headers.emplace_back("Server", "connector-host/" + host_version_);
  return response;
}

void ConnectRoutes::say_audit(const http::Request& request, const Caller& caller, int status) const {
  if (needed_for(request) < Role::operate) return;
  const std::string who = caller.who.empty() ? "somebody" : caller.who;
  services_.log(runtime::LogLevel::info, "audit", {}, who + ": " + request.method + " " + request.path + " -> " + std::to_string(status));
}

http::Response ConnectRoutes::route(const http::Request& request, const Caller& caller) {
  const Segments& at = request.segments;
  if (!is_text(at)) throw Refusal(400, "the path is not UTF-8");
  const bool get = request.method == "GET";
  if (at.empty()) return get ? root() : only("GET");
  if (is_health(at)) return get ? health() : only("GET");
  if (at[0] == "openapi.json" && at.size() == 1) return get ? openapi() : only("GET");
  if (is_ui(at)) return get ? ui_page_.answer() : only("GET");
  if (at[0] == "connectors") return connectors_.answer(request, at);
  if (at[0] == "connector-plugins") return plugins_.answer(request, at);
  if (at[0] == "admin" && at.size() > 1) return admin(request, at, caller);
  throw Refusal(404, "HTTP 404 Not Found");
}

http::Response ConnectRoutes::admin(const http::Request& request, const Segments& at, const Caller& caller) {
  if (at[1] == "loggers") return loggers_.answer(request, at);
  if (at[1] == "plugins") return plugins_.answer_admin(request, at);
  if (at[1] == "me" && at.size() == 2) return request.method == "GET" ? json_answer(json_of(caller)) : only("GET");
  if (at[1] == "config" && at.size() == 2) return request.method == "GET" ? json_answer(actions_.effective_config()) : only("GET");
  if (at[1] == "reload" && at.size() == 2) return request.method == "POST" ? reload() : only("POST");
  throw Refusal(404, "HTTP 404 Not Found");
}

// Of the first connector whose sink has told it; known from then on, also while the connector rests.
std::string ConnectRoutes::kafka_cluster_id() const {
  for (const auto& each : runtime_.connectors().all()) {
    const auto id = services_.state_dir.get(runtime::InstanceHost::state_owner({each->name(), 0, "sink", {}}), "cluster_id");
    if (id) return *id;
  }
  return "";
}

http::Response ConnectRoutes::root() const {
  return json_answer({{"version", api_version}, {"commit", ""}, {"kafka_cluster_id", kafka_cluster_id()}, {"host_version", host_version_}});
}

// Of the worker, as with Kafka Connect; what becomes of connectors and dependencies says /health of the other listener.
http::Response ConnectRoutes::health() const {
  if (runtime_.stopping()) return json_answer({{"status", "unhealthy"}, {"message", "Worker is stopping."}}, 503);
  return json_answer({{"status", "healthy"}, {"message", "Worker has completed startup and is ready to handle requests."}});
}

http::Response ConnectRoutes::openapi() const {
  return {200, "application/json", std::string(embedded::openapi_json), {}};
}

http::Response ConnectRoutes::reload() {
  try {
    return json_answer(actions_.reload());
  } catch (const ReloadRefused& refused) {
    return json_answer({{"error_code", 400}, {"message", refused.what()}, {"problems", refused.problems}}, 400);
  }
}

}  // namespace connector_host::admin
