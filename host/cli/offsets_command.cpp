#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "host/cli/command_line.hpp"
#include "host/cli/control_commands.hpp"
#include "host/cli/refusal.hpp"
#include "host/cli/text_table.hpp"
#include "host/observability/printable_text.hpp"

namespace connector_host::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string json_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The file as it is: the server knows what it may hold. That it is JSON is looked at here, because a Kafka Connect calls
// what is none an error of its own.
std::string document_in(const std::string& file) {
  std::string text;
  if (file == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    std::ifstream in(file, std::ios::binary);
    text.assign(std::istreambuf_iterator<char>(in), {});
    if (!in.is_open() || in.bad()) throw std::invalid_argument("--set " + file + " cannot be read");
  }
  if (!Json::accept(text)) throw std::invalid_argument("--set " + file + " is no JSON; it has the form that offsets NAME --json prints");
  return text;
}

void print_offsets(ControlSession& session, const std::string& document) {
  const Json json = Json::parse(document, nullptr, false);
  const auto offsets = json.is_object() ? json.find("offsets") : json.end();
  if (!json.is_object() || offsets == json.end() || !offsets->is_array()) throw Refusal("answered with what are no offsets: is this the admin API?");
  TextTable table({"PARTITION", "OFFSET"});
  for (const Json& each : *offsets) {
    if (each.is_object()) table.add({json_text(each.value("partition", Json())), json_text(each.value("offset", Json()))});
  }
  session.out << (table.empty() ? "no offsets\n" : table.text()) << std::flush;
}

void print_message(ControlSession& session, const std::string& document) {
  const Json json = Json::parse(document, nullptr, false);
  const auto message = json.is_object() ? json.find("message") : json.end();
  const bool has_one = json.is_object() && message != json.end() && message->is_string();
  session.out << observability::one_line(has_one ? message->get<std::string>() : "done") << std::endl;
}

}  // namespace

int offsets_command(ControlSession& session) {
  const ControlLine& line = session.line;
  const std::string path = connector_path(line.connector, "/offsets");
  const bool changes = line.reset_offsets || !line.offsets_file.empty();
  const std::string answer = line.reset_offsets ? session.server.ask("DELETE", path)
                             : changes          ? session.server.ask("PATCH", path, document_in(line.offsets_file))
                                                : session.server.get(path);
  if (line.json)
    print_document(session, answer);
  else
    changes ? print_message(session, answer) : print_offsets(session, answer);
  return exit_ok;
}

}  // namespace connector_host::cli
