#include "host/observability/log_line.hpp"

#include <nlohmann/json.hpp>

#include "host/observability/printable_text.hpp"

namespace connector_host::observability {
namespace {

std::string padded(std::string word) {
  word.resize(5, ' ');  // the longest: debug, error
  return word;
}

}  // namespace

std::string as_text(const LogLine& line) {
  std::string text = padded(name_of(line.level)) + " [" + one_line(line.logger) + "] ";
  if (!line.place.connector.empty()) {
    text += one_line(line.place.connector);
    if (line.place.task) text += "/" + std::to_string(*line.place.task);
    text += ": ";
  }
  text += one_line(line.message);
  return line.place.trace_id.empty() ? text : text + " (trace " + one_line(line.place.trace_id) + ")";
}

std::string as_json_members(const LogLine& line) {
  nlohmann::ordered_json object = {{"level", name_of(line.level)}, {"logger", line.logger}};
  if (!line.place.connector.empty()) object["connector"] = line.place.connector;
  if (line.place.task) object["task"] = *line.place.task;
  if (!line.place.trace_id.empty()) object["trace_id"] = line.place.trace_id;
  object["message"] = line.message;
  const std::string text = object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  return text.substr(1, text.size() - 2);
}

}  // namespace connector_host::observability
