#include "host/admin/health_routes.hpp"

namespace connector_host::admin {

http::Response HealthRoutes::answer(const http::Request& request) const {
  const bool known = request.path == "/health" || request.path == "/livez" || request.path == "/readyz" || request.path == "/metrics";
  if (!known) return http::error_response(404, "there is only /health, /livez, /readyz and /metrics here");
  if (request.method != "GET") {
    http::Response refused = http::error_response(405, "only GET");
    refused.headers.emplace_back("Allow", "GET, HEAD");
    return refused;
  }
  if (request.path == "/health") return health();
  if (request.path == "/readyz") return ready();
  if (request.path == "/livez") return {200, "text/plain; charset=utf-8", "alive\n", {}};
  return {200, "text/plain; version=0.0.4; charset=utf-8", metrics_(), {}};
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

http::Response HealthRoutes::ready() const {
  const HealthReport now = report();
  return {now.ready ? 200 : 503, "text/plain; charset=utf-8", now.ready ? "ready\n" : "not ready; /health says why\n", {}};
}

}  // namespace connector_host::admin
