#include "host/admin/health_routes.hpp"

namespace connector_host::admin {

http::Response HealthRoutes::answer(const http::Request& request) {
  const std::string& path = request.path;
  const bool known = path == "/health" || path == "/livez" || path == "/readyz" || path == "/startupz" || path == "/metrics";
  if (!known) return http::error_response(404, "there is only /health, /livez, /readyz, /startupz and /metrics here");
  if (request.method != "GET") {
    http::Response refused = http::error_response(405, "only GET");
    refused.headers.emplace_back("Allow", "GET, HEAD");
    return refused;
  }
  if (path == "/health") return health();
  if (path == "/readyz") return ready();
  if (path == "/startupz") return started();
  if (path == "/livez") return alive();
  return {200, "text/plain; version=0.0.4; charset=utf-8", links_.metrics(), {}};
}

HealthReport HealthRoutes::report() const {
  std::vector<runtime::ConnectorView> views;
  for (const auto& each : runtime_.connectors().all()) views.push_back(each->view());
  return health_report(views, runtime_.stopping(), world_.now());
}

http::Response HealthRoutes::health() const {
  HealthReport now = report();
  return {now.healthy ? 200 : 503, "application/json", std::move(now.json), {}};
}

http::Response HealthRoutes::alive() const {
  const std::string stuck = links_.stuck();
  return {stuck.empty() ? 200 : 503, "text/plain; charset=utf-8", stuck.empty() ? "alive\n" : "stuck: " + stuck + '\n', {}};
}

http::Response HealthRoutes::ready() const {
  const bool stopping = runtime_.stopping();
  const bool ready = !stopping && is_ready(report(), ready_);
  const char* const text = ready ? "ready\n" : stopping ? "not ready: stopping\n" : "not ready; /health says why\n";
  return {ready ? 200 : 503, "text/plain; charset=utf-8", text, {}};
}

bool HealthRoutes::has_started(const HealthReport& now) {
  if (now.made) started_ = true;
  return started_;
}

http::Response HealthRoutes::started() {
  const bool started = started_ || has_started(report());
  return {started ? 200 : 503, "text/plain; charset=utf-8", started ? "started\n" : "starting\n", {}};
}

}  // namespace connector_host::admin
