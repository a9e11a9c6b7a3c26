#pragma once
// Which role each route of the admin API needs, for a host that has a connector "numbers".
#include <array>
#include <string>
#include <vector>

namespace integration {

// "METHOD /path" that need the role read, operate and admin; "GET /health" needs none on this
// machine.
inline const std::array<std::vector<std::string>, 3>& route_roles() {
  static const std::array<std::vector<std::string>, 3> routes = {{
      {"GET /", "GET /health", "GET /connectors", "GET /connectors/numbers",
       "GET /connectors/numbers/config", "GET /connectors/numbers/status",
       "GET /connectors/numbers/offsets", "GET /connector-plugins", "GET /admin/config",
       "GET /admin/me", "GET /admin/loggers", "PUT /connector-plugins/generator/config/validate",
       "HEAD /connectors"},
      {"PUT /connectors/numbers/pause", "PUT /connectors/numbers/resume",
       "POST /connectors/numbers/restart", "POST /connectors/numbers/tasks/0/restart",
       "PUT /admin/loggers/root", "PUT /connectors/numbers/stop", "PUT /connectors/numbers/resume"},
      {"POST /connectors", "PUT /connectors/other/config", "PATCH /connectors/numbers/config",
       "DELETE /connectors/other", "PATCH /connectors/numbers/offsets",
       "DELETE /connectors/numbers/offsets", "POST /admin/reload", "POST /admin/plugins/rescan",
       "PUT /connectors/numbers/topics/reset", "POST /nothing", "DELETE /connectors/numbers/pause",
       "POST /connectors/numbers/pause", "PUT /connectors/numbers/tasks/0/restart"},
  }};
  return routes;
}

}  // namespace integration
