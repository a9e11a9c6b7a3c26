#include "host/cli/state_wait.hpp"

#include <algorithm>

#include "host/cli/refusal.hpp"
#include "host/cli/status_text.hpp"
#include "host/topology/quantity.hpp"

namespace connector_host::cli {
namespace {

using namespace std::chrono_literals;
constexpr auto between_looks = 200ms;
constexpr auto failure_counts_after = 3s;

const char* promised_by(ControlVerb verb) {
  switch (verb) {
    case ControlVerb::pause:
      return "PAUSED";
    case ControlVerb::stop:
      return "STOPPED";
    default:
      return "RUNNING";
  }
}

const TaskView* first_not(const char* state, const ConnectorView& connector) {
  const auto found = std::find_if(connector.tasks.begin(), connector.tasks.end(), [state](const TaskView& each) { return each.state != state; });
  return found == connector.tasks.end() ? nullptr : &*found;
}

const TaskView* first_failed(const ConnectorView& connector) {
  const auto found = std::find_if(connector.tasks.begin(), connector.tasks.end(), [](const TaskView& each) { return each.state == "FAILED"; });
  return found == connector.tasks.end() ? nullptr : &*found;
}

std::string with_reason(const std::string& what, const std::string& trace) {
  return what + (trace.empty() ? "" : ": " + first_line(trace));
}

// What keeps it from where it should be, the worst first.
std::string obstacle(const ConnectorView& connector, const char* promised) {
  if (connector.state == "FAILED") return with_reason(connector.name + " is FAILED", connector.trace);
  if (const TaskView* const task = first_failed(connector))
    return with_reason(connector.name + " task " + std::to_string(task->id) + " is FAILED", task->trace);
  if (connector.state != promised) return connector.name + " is " + connector.state + " and not " + promised;
  const TaskView* const task = first_not(promised, connector);
  if (!task) return connector.name + " has no tasks";
  const std::string what = connector.name + " task " + std::to_string(task->id) + " is " + task->state + " and not " + promised;
  const auto down = std::find_if(task->dependencies.begin(), task->dependencies.end(), is_broken);
  return down == task->dependencies.end() ? what : with_reason(what + "; " + down->name + " is down", down->last_error);
}

}  // namespace

std::string StateWait::until_there(const std::string& connector, std::chrono::milliseconds limit) {
  const world::Time end = session_.world.now() + limit;
  for (;;) {
    const std::string document = session_.server.get(connector_path(connector, "/status"));
    const ConnectorView view = connector_view(document);
    if (is_there(view)) return document;
    if (failed_for_good(view)) throw Refusal(obstacle(view, promised_by(verb_)), 0, document);
    if (session_.world.now() >= end) throw Refusal(obstacle(view, promised_by(verb_)) + ", after " + topology::show_duration(limit.count()), 0, document);
    session_.pause.wait_until(std::min(end, session_.world.now() + between_looks));
  }
}

// A stopped connector has no tasks; one that should run and has none yet is still making them.
bool StateWait::is_there(const ConnectorView& connector) const {
  const char* const promised = promised_by(verb_);
  if (connector.state != promised || first_not(promised, connector)) return false;
  return verb_ != ControlVerb::resume && verb_ != ControlVerb::restart ? true : !connector.tasks.empty();
}

bool StateWait::failed_for_good(const ConnectorView& connector) {
  if (connector.state != "FAILED" && !first_failed(connector)) {
    failing_since_.reset();
    return false;
  }
  const world::Time now = session_.world.now();
  if (!failing_since_) failing_since_ = now;
  return now - *failing_since_ >= failure_counts_after;
}

}  // namespace connector_host::cli
