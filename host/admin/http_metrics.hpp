#pragma once
// HttpMetrics: how often each route of the two listeners was asked, how it was answered, and how long that took. Requests
// that are no HTTP, or above a limit of the server, never get to a route and are not counted.
//
// Routes are a fixed list, so that no client can make series. Thread-safe; the listeners are no hot path, so it has a mutex.
#include <array>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "host/http/request.hpp"
#include "host/http/response.hpp"
#include "host/observability/metrics_registry.hpp"
#include "host/pipeline/histogram.hpp"
#include "host/world/world.hpp"

namespace connector_host::admin {

class HttpMetrics {
 public:
  // routes: the first segments of the paths that a listener knows; "" is "/".
  struct Listener {
    std::string name;
    std::vector<std::string> routes;
  };
  // Both outlive it.
  HttpMetrics(std::vector<Listener> listeners, world::World& world, observability::MetricsRegistry& registry);

  // What `answer` gives, counted; what it throws is counted as an answer of 500 and goes on. listener: one of those.
  http::Response counted(const std::string& listener, const http::Request& request, const std::function<http::Response()>& answer);

 private:
  struct Route {
    std::array<std::uint64_t, 4> answers{};  // 2xx to 5xx
  };
  struct Counted {
    std::map<std::string, Route> routes;  // and "other"
    pipeline::Histogram seconds;
  };
  void count(const std::string& listener, const http::Request& request, int status, world::Time begun);
  void collect(std::vector<observability::Family>& families) const;

  world::World& world_;
  mutable std::mutex mutex_;  // guards listeners_
  std::map<std::string, Counted> listeners_;
  observability::MetricsRegistry::Registration registration_;  // last: it calls collect
};

}  // namespace connector_host::admin
