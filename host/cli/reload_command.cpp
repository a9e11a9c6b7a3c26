#include <nlohmann/json.hpp>

#include "host/cli/command_line.hpp"
#include "host/cli/control_commands.hpp"
#include "host/cli/refusal.hpp"
#include "host/observability/printable_text.hpp"

namespace connector_host::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string part_of(const Json& problem, const char* name) {
  const auto found = problem.find(name);
  if (found == problem.end() || found->is_null()) return "";
  return found->is_string() ? found->get<std::string>() : found->dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The line that validate prints for the same mistake: file:line:column: code path: what; fix
std::string line_of(const Json& problem) {
  if (!problem.is_object()) return problem.is_string() ? problem.get<std::string>() : problem.dump();
  std::string out = part_of(problem, "file");
  const std::string line = part_of(problem, "line"), path = part_of(problem, "path"), fix = part_of(problem, "fix");
  if (!line.empty() && line != "0") out += ":" + line + ":" + part_of(problem, "column");
  out += ": " + part_of(problem, "code");
  if (!path.empty()) out += " " + path;
  return out + ": " + part_of(problem, "what") + (fix.empty() ? "" : "; " + fix);
}

// False: the refusal has no list of problems.
bool print_problems(ControlSession& session, const Refusal& refusal) {
  const Json document = Json::parse(refusal.document(), nullptr, false);
  if (!document.is_object() || !document.contains("problems") || !document["problems"].is_array() || document["problems"].empty()) return false;
  for (const Json& each : document["problems"]) session.err << observability::one_line(line_of(each)) << '\n';
  session.err << std::flush;
  return true;
}

// "started: a, b", a line for each thing that the server names; what it did not do is not told.
void print_outcome(ControlSession& session, const std::string& answer) {
  const Json document = answer.empty() ? Json::object() : Json::parse(answer, nullptr, false);
  session.out << "reloaded\n";
  if (!document.is_object()) return;
  for (const auto& [what, names] : document.items()) {
    if (!names.is_array() || names.empty()) continue;
    std::string list;
    for (const Json& each : names) list += (list.empty() ? "" : ", ") + (each.is_string() ? each.get<std::string>() : each.dump());
    session.out << observability::one_line(what + ": " + list) << '\n';
  }
}

}  // namespace

int reload_command(ControlSession& session) {
  std::string answer;
  try {
    answer = session.server.ask("POST", "/admin/reload");
  } catch (const Refusal& refusal) {
    if (refusal.status() == 404 || refusal.status() == 405)
      throw Refusal("has no reload: only a connector-host reads its topology again", refusal.status(), refusal.document());
    if (session.line.json || !print_problems(session, refusal)) throw;
    return exit_runtime;
  }
  if (session.line.json)
    print_document(session, answer);
  else
    print_outcome(session, answer);
  session.out << std::flush;
  return exit_ok;
}

}  // namespace connector_host::cli
