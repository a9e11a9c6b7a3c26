#include "host/admin/http_metrics.hpp"

#include <algorithm>

#include "host/runtime/metrics_page.hpp"

namespace connector_host::admin {
namespace {

constexpr std::array<const char*, 4> code_classes = {"2xx", "3xx", "4xx", "5xx"};
constexpr const char* unknown_route = "other";

std::string shown(const std::string& route) {
  return route == unknown_route ? route : "/" + route;
}

}  // namespace

HttpMetrics::HttpMetrics(std::vector<Listener> listeners, world::World& world, observability::MetricsRegistry& registry) : world_(world) {
  for (const Listener& each : listeners) {
    Counted& counted = listeners_[each.name];
    for (const std::string& route : each.routes) counted.routes[route];
    counted.routes[unknown_route];
  }
  registration_ = registry.register_source([this](std::vector<observability::Family>& families) { collect(families); });
}

http::Response HttpMetrics::counted(const std::string& listener, const http::Request& request, const std::function<http::Response()>& answer) {
  const world::Time begun = world_.now();
  try {
    http::Response response = answer();
    count(listener, request, response.status, begun);
    return response;
  } catch (...) {
    count(listener, request, 500, begun);
    throw;
  }
}

void HttpMetrics::count(const std::string& listener, const http::Request& request, int status, world::Time begun) {
  const std::string first = request.segments.empty() ? "" : request.segments.front();
  std::lock_guard lock(mutex_);
  Counted& counted = listeners_.at(listener);
  const auto route = counted.routes.find(first);
  ++(route == counted.routes.end() ? counted.routes[unknown_route] : route->second).answers[std::size_t(std::clamp(status / 100, 2, 5) - 2)];
  counted.seconds.observe(std::chrono::duration<double>(world_.now() - begun).count());
}

void HttpMetrics::collect(std::vector<observability::Family>& families) const {
  runtime::MetricsPage page(families);
  std::lock_guard lock(mutex_);
  for (const auto& [name, counted] : listeners_) {
    for (const auto& [route, of] : counted.routes) {
      for (std::size_t i = 0; i < of.answers.size(); ++i) {
        page.counter("http_requests_total", "Requests by listener (open: 8080, admin: 8083), first part of the path, and class of the answer.",
                     {{"listener", name}, {"route", shown(route)}, {"code", code_classes[i]}}, double(of.answers[i]));
      }
    }
    page.histogram("http_request_seconds", "Time to make an answer.", {{"listener", name}}, counted.seconds.read());
  }
}

}  // namespace connector_host::admin
