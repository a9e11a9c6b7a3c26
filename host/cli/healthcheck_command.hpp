#pragma once
// The healthcheck command: asks a running host whether its process is alive, so that an image needs no program for it.
//
// What it is not: a question about brokers. /livez answers for the process only, and a restart would bring no broker back.
#include <ostream>
#include <string>

namespace connector_host::cli {

// url: of the health listener; empty: CONNECTOR_HOST_HEALTH_URL, or else the default. Prints a line and returns the exit code.
int healthcheck(const std::string& url, std::ostream& out, std::ostream& err);

}  // namespace connector_host::cli
