#include "host/cli/healthcheck_command.hpp"

#include <cstdlib>
#include <iostream>
#include <stdexcept>

#include "host/cli/commands.hpp"
#include "host/http/client.hpp"
#include "host/observability/printable_text.hpp"

namespace connector_host::cli {
namespace {

constexpr const char* default_health_url = "http://127.0.0.1:8080";
constexpr const char* health_variable = "CONNECTOR_HOST_HEALTH_URL";
constexpr std::chrono::seconds longest_answer{5};  // what is asked at intervals must end before the next one

http::ClientSettings health_client_settings(const std::string& url) {
  const char* const from_environment = std::getenv(health_variable);
  const bool is_set = from_environment && *from_environment;
  http::ClientSettings settings;
  try {
    settings.url = http::parse_url(!url.empty() ? url : is_set ? from_environment : default_health_url);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument((url.empty() ? std::string(health_variable) : "--url") + ": " + error.what());
  }
  settings.timeout = longest_answer;
  return settings;
}

}  // namespace

int healthcheck(const std::string& url, std::ostream& out, std::ostream& err) {
  http::ClientSettings settings;
  try {
    settings = health_client_settings(url);
  } catch (const std::invalid_argument& error) {
    err << "connector-host: " << observability::one_line(error.what()) << std::endl;
    return exit_config;
  }
  const std::string asked = settings.url.text() + "/livez";
  try {
    const int status = http::Client(settings).ask({"GET", "/livez", {}, {}}).status;
    (status == 200 ? out << asked << ": alive" : err << "connector-host: " << asked << ": answered HTTP " << status) << std::endl;
    return status == 200 ? exit_ok : exit_runtime;
  } catch (const http::ClientFailure& failure) {
    err << "connector-host: " << asked << ": " << observability::one_line(failure.what()) << std::endl;
    return failure.kind() == http::ClientFailure::Kind::no_answer ? exit_unreachable : exit_runtime;
  }
}

int healthcheck_command(const CommandLine& command_line) {
  return healthcheck(command_line.health_url, std::cout, std::cerr);
}

}  // namespace connector_host::cli
