#pragma once
// LoggerRoutes: /admin/loggers as Kafka Connect answers it: levels by logger, changed while the process runs and forgotten
// with it. Called on the server's thread; the log outlives it.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "host/admin/json_answer.hpp"
#include "host/http/request.hpp"
#include "host/http/response.hpp"
#include "host/observability/log.hpp"

namespace connector_host::admin {

class LoggerRoutes {
 public:
  explicit LoggerRoutes(observability::Log& log) : log_(log) {}

  // at: admin, loggers, and maybe a name. Throws Refusal.
  http::Response answer(const http::Request& request, const std::vector<std::string>& at);

 private:
  Json entry(const std::string& name, observability::Level level) const;
  http::Response set(const http::Request& request, const std::string& name);

  observability::Log& log_;
  std::map<std::string, std::int64_t> modified_;  // ms since the Unix epoch
};

}  // namespace connector_host::admin
