#include <nlohmann/json.hpp>
#include <vector>

#include "host/cli/command_line.hpp"
#include "host/cli/control_commands.hpp"
#include "host/cli/refusal.hpp"
#include "host/cli/state_wait.hpp"
#include "host/observability/printable_text.hpp"

namespace connector_host::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Call {
  const char* method;
  std::string rest;      // of the path
  const char* accepted;  // what is said when the server has taken it
  const char* reached;   // and when every task has got there
};

std::string restart_path(const ControlLine& line) {
  if (line.task) return "/tasks/" + std::to_string(*line.task) + "/restart";
  if (!line.tasks && !line.only_failed) return "/restart";
  return std::string("/restart?includeTasks=") + (line.tasks ? "true" : "false") + "&onlyFailed=" + (line.only_failed ? "true" : "false");
}

Call call_for(const ControlLine& line) {
  switch (line.verb) {
    case ControlVerb::pause:
      return {"PUT", "/pause", "pausing", "paused"};
    case ControlVerb::resume:
      return {"PUT", "/resume", "resuming", "running"};
    case ControlVerb::stop:
      return {"PUT", "/stop", "stopping", "stopped"};
    default:
      return {"POST", restart_path(line), "restarting", "running"};
  }
}

std::vector<std::string> all_names(ControlSession& session) {
  const Json names = Json::parse(session.server.get("/connectors"), nullptr, false);
  std::vector<std::string> out;
  if (!names.is_array()) throw Refusal("answered with what is no list of connectors: is this the admin API?");
  for (const Json& each : names) {
    if (each.is_string()) out.push_back(each.get<std::string>());
  }
  return out;
}

// A standalone Kafka Connect that is asked to restart a task that it does not have answers 404, and has one from then on,
// failed. So it is asked for the task first.
void expect_task(ControlSession& session, const std::string& connector) {
  if (session.line.task) session.server.get(connector_path(connector, "/tasks/" + std::to_string(*session.line.task) + "/status"));
}

// The server's document, when it gave one: that of the change, or of the state it led to.
std::string change(ControlSession& session, const Call& call, const std::string& connector) {
  expect_task(session, connector);
  const std::string answer = session.server.ask(call.method, connector_path(connector, call.rest));
  return session.line.wait ? StateWait(session, session.line.verb).until_there(connector, *session.line.wait) : answer;
}

std::string success(const ControlLine& line, const Call& call, const std::string& connector) {
  const std::string task = line.task ? " task " + std::to_string(*line.task) : "";
  return observability::one_line(connector + task) + ": " + (line.wait ? call.reached : call.accepted) + "\n";
}

// In the server's form, where it gave none.
std::string error_document(const Refusal& refusal) {
  return Json{{"error_code", refusal.status()}, {"message", refusal.what()}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// One that refuses does not keep the others from it. With --json, an object with an answer for each name.
int change_all(ControlSession& session, const Call& call) {
  std::string documents;
  int code = exit_ok;
  const auto keep = [&](const std::string& name, const std::string& document) {
    documents += (documents.empty() ? "" : ",") + Json(name).dump(-1, ' ', false, Json::error_handler_t::replace) + ":" + (document.empty() ? "{}" : document);
  };
  for (const std::string& name : all_names(session)) {
    try {
      keep(name, change(session, call, name));
      if (!session.line.json) session.out << success(session.line, call, name) << std::flush;
    } catch (const Refusal& refusal) {
      const std::string what = refusal.what();
      keep(name, refusal.document().empty() ? error_document(refusal) : refusal.document());
      print_failure(session.err, session.server.name(), what.starts_with(name) ? what : name + ": " + what);
      code = exit_runtime;
    }
  }
  if (session.line.json) print_document(session, "{" + documents + "}");
  return code;
}

}  // namespace

int change_command(ControlSession& session) {
  const ControlLine& line = session.line;
  const Call call = call_for(line);
  if (line.connector.empty()) return change_all(session, call);
  const std::string document = change(session, call, line.connector);
  if (line.json)
    print_document(session, document);
  else
    session.out << success(line, call, line.connector) << std::flush;
  return exit_ok;
}

}  // namespace connector_host::cli
