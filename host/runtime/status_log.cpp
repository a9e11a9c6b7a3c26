#include "host/runtime/status_log.hpp"

#include <utility>

namespace connector_host::runtime {
namespace {

using namespace std::chrono_literals;
constexpr auto again_after = 30s;

}  // namespace

void StatusLog::look(const std::string& connector, std::uint32_t task, const pipeline::TaskStatus& status) {
  const std::string name = connector + "/" + std::to_string(task);
  for (const pipeline::DependencyStatus& each : status.dependencies) look_at_dependency(name, each);
  look_at_state(name, status);
}

void StatusLog::look_at_state(const std::string& name, const pipeline::TaskStatus& status) {
  const std::string state = name_of(status.state);
  if (std::exchange(states_[name], state) == state) return;
  const bool failed = status.state == pipeline::TaskState::failed;
  services_.log(failed ? LogLevel::error : LogLevel::info, "task", name + ": " + state + (failed ? ": " + status.failure : ""));
}

void StatusLog::look_at_dependency(const std::string& name, const pipeline::DependencyStatus& dependency) {
  Seen& seen = dependencies_[name + " " + dependency.name];
  const world::Time now = services_.world.now();
  const std::string where = name + ": " + dependency.name;
  if (dependency.up) {
    if (!seen.up) services_.log(LogLevel::info, "task", where + (seen.known && !seen.error.empty() ? " is back" : " is ready"));
    seen = {true, true, {}, now};
    return;
  }
  seen.known = true;
  seen.up = false;
  if (dependency.last_error.empty() || (dependency.last_error == seen.error && now - seen.said < again_after)) return;
  seen.error = dependency.last_error;
  seen.said = now;
  services_.log(LogLevel::warn, "task", where + " is not available: " + dependency.last_error);
}

}  // namespace connector_host::runtime
