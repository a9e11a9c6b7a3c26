#include <array>
#include <ctime>
#include <nlohmann/json.hpp>

#include "host/cli/command_line.hpp"
#include "host/cli/control_commands.hpp"
#include "host/cli/refusal.hpp"
#include "host/cli/text_table.hpp"
#include "host/observability/printable_text.hpp"

namespace connector_host::cli {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t most_names = 10;

std::string level_of(const Json& logger) {
  const auto found = logger.is_object() ? logger.find("level") : logger.end();
  return logger.is_object() && found != logger.end() && found->is_string() ? found->get<std::string>() : "";
}

// Milliseconds of wall time; null or missing where it was never changed.
std::string changed_of(const Json& logger) {
  const auto found = logger.is_object() ? logger.find("last_modified") : logger.end();
  if (!logger.is_object() || found == logger.end() || !found->is_number_integer()) return "";
  const std::time_t seconds = found->get<std::int64_t>() / 1000;
  std::tm parts{};
  std::array<char, 32> text{};
  if (!gmtime_r(&seconds, &parts)) return "";
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

void print_levels(ControlSession& session, const Json& loggers) {
  if (!loggers.is_object()) throw Refusal("answered with what are no loggers: is this the admin API?");
  TextTable table({"LOGGER", "LEVEL", "CHANGED"});
  for (const auto& [name, logger] : loggers.items()) table.add({name, level_of(logger), changed_of(logger)});
  session.out << table.text();
}

// A logger takes those below it along, which may be hundreds with a Kafka Connect.
void print_changed(ControlSession& session, const Json& names) {
  std::string out;
  std::size_t changed = 0;
  for (const Json& each : names) {
    if (each.is_string() && changed++ < most_names) out += observability::one_line(each.get<std::string>() + ": " + session.line.level) + "\n";
  }
  if (changed > most_names) out += "and " + std::to_string(changed - most_names) + " more\n";
  session.out << (out.empty() ? "nothing has changed\n" : out);
}

std::string ask(ControlSession& session) {
  const ControlLine& line = session.line;
  if (line.logger.empty()) return session.server.get("/admin/loggers");
  const std::string path = "/admin/loggers/" + http::path_segment(line.logger);
  return line.level.empty() ? session.server.get(path)
                            : session.server.ask("PUT", path, Json{{"level", line.level}}.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace

int log_level_command(ControlSession& session) {
  const std::string answer = ask(session);
  if (session.line.json) {
    print_document(session, answer);
    return exit_ok;
  }
  const Json json = Json::parse(answer, nullptr, false);
  if (session.line.logger.empty())
    print_levels(session, json);
  else if (session.line.level.empty())
    session.out << observability::one_line(level_of(json)) << '\n';
  else
    print_changed(session, json);
  session.out << std::flush;
  return exit_ok;
}

}  // namespace connector_host::cli
