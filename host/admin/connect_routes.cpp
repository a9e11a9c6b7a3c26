#include "host/admin/connect_routes.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

#include "host/admin/connect_json.hpp"

namespace connector_host::admin {
namespace {

using Json = nlohmann::ordered_json;

// Clients gate what they offer by this one; ours is host_version.
constexpr const char* api_version = "4.3.1";

http::Response json(std::string body, int status = 200) {
  return {status, "application/json", std::move(body), {}};
}

http::Response empty(int status) {
  return {status, "application/json", "", {}};
}

http::Response not_found(const std::string& what) {
  return http::error_response(404, what);
}

http::Response only(const std::string& methods) {
  http::Response response = http::error_response(405, "only " + methods);
  response.headers.emplace_back("Allow", methods);
  return response;
}

http::Response not_offered() {
  return http::error_response(501, "connectors come from the topology file: change it and restart; over REST they can be looked at, paused and resumed");
}

// A trailing slash changes nothing. The path is decoded already, so a name with a slash in it cannot be told from two
// segments; names of the topology file have none.
std::vector<std::string> segments_of(const std::string& path) {
  std::vector<std::string> segments;
  std::size_t from = 1;
  while (from < path.size()) {
    const std::size_t end = std::min(path.find('/', from), path.size());
    segments.push_back(path.substr(from, end - from));
    from = end + 1;
  }
  return segments;
}

bool names_this_machine(std::string_view host, const std::string& worker) {
  if (host == worker) return true;
  const std::size_t colon = host.starts_with('[') ? host.find(']') + 1 : host.find(':');
  const std::string_view name = host.substr(0, colon);
  return name == "localhost" || name == "[::1]" || name.starts_with("127.");
}

std::optional<std::uint32_t> number_of(const std::string& text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

http::Response ConnectRoutes::answer(const http::Request& request) const {
  const auto host = request.header("Host");
  if (!host || !names_this_machine(*host, worker_)) return http::error_response(403, "the Host header does not name this machine");
  return route(request, segments_of(request.path));
}

http::Response ConnectRoutes::route(const http::Request& request, const Segments& at) const {
  const bool get = request.method == "GET";
  if (at.empty()) return get ? root() : only("GET");
  if (at[0] == "health" && at.size() == 1) return get ? health() : only("GET");
  if (at[0] != "connectors") return not_found("HTTP 404 Not Found");
  if (at.size() == 1) return get ? all(request) : request.method == "POST" ? not_offered() : only("GET");
  for (const auto& each : runtime_.connectors()) {
    if (each->name() == at[1]) return of_connector(request, *each, at);
  }
  if (at.size() == 3 && at[2] == "status") return not_found("No status found for connector " + at[1]);
  return not_found("Connector " + at[1] + " not found");
}

http::Response ConnectRoutes::root() const {
  return json(Json{{"version", api_version}, {"commit", ""}, {"kafka_cluster_id", ""}, {"host_version", host_version_}}.dump() + "\n");
}

// Of the worker, as with Kafka Connect; what becomes of connectors and dependencies says /health of the other listener.
http::Response ConnectRoutes::health() const {
  if (runtime_.stopping()) return json(R"({"status":"unhealthy","message":"Worker is stopping."})", 503);
  return json(R"({"status":"healthy","message":"Worker has completed startup and is ready to handle requests."})");
}

http::Response ConnectRoutes::all(const http::Request& request) const {
  const auto [first, last] = request.query.equal_range("expand");
  if (first == last) {
    Json names = Json::array();
    for (const auto& each : runtime_.connectors()) names.push_back(each->name());
    return json(names.dump() + "\n");
  }
  Json expanded = Json::object();
  for (const auto& each : runtime_.connectors()) {
    Json& connector = expanded[each->name()] = Json::object();
    for (auto at = first; at != last; ++at) {
      if (at->second == "status") connector["status"] = Json::parse(connector_status(*each, worker_, world_.now()));
      if (at->second == "info") connector["info"] = Json::parse(connector_info(*each));
    }
  }
  return json(expanded.dump() + "\n");
}

http::Response ConnectRoutes::of_connector(const http::Request& request, runtime::Connector& connector, const Segments& at) const {
  const bool get = request.method == "GET";
  if (at.size() == 2) return get ? json(connector_info(connector)) : request.method == "DELETE" ? not_offered() : only("GET");
  const std::string& what = at[2];
  if (what == "tasks") return of_task(request, connector, at);
  if (at.size() > 3) return not_found("HTTP 404 Not Found");
  if (what == "pause" || what == "resume") {
    if (request.method != "PUT") return only("PUT");
    what == "pause" ? connector.pause() : connector.resume();
    return empty(202);
  }
  if (what == "config") return get ? json(Json(flat_config(connector.config())).dump() + "\n") : not_offered();
  if (what == "status") return get ? json(connector_status(connector, worker_, world_.now())) : only("GET");
  if (what == "topics") return get ? json(connector_topics(connector)) : only("GET");
  if (what == "stop" || what == "restart" || what == "offsets") return not_offered();
  return not_found("HTTP 404 Not Found");
}

http::Response ConnectRoutes::of_task(const http::Request& request, const runtime::Connector& connector, const Segments& at) const {
  if (at.size() == 3) return request.method == "GET" ? json(connector_tasks(connector)) : only("GET");
  if (at.size() == 5 && at[4] == "restart") return not_offered();
  if (at.size() != 5 || at[4] != "status") return not_found("HTTP 404 Not Found");
  if (request.method != "GET") return only("GET");
  const auto task = number_of(at[3]);
  std::string status = task ? task_status(connector, *task, worker_, world_.now()) : "";
  return status.empty() ? not_found("No status found for task " + connector.name() + "-" + at[3]) : json(std::move(status));
}

}  // namespace connector_host::admin
