#include "host/admin/logger_routes.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include "host/admin/connector_routes.hpp"
#include "host/admin/refusal.hpp"

namespace connector_host::admin {
namespace {

using observability::Level;

constexpr std::size_t longest_name = 100, most_loggers = 1000;

// The log would keep any other under another name.
bool can_be_logger(const std::string& name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_'; };
  return !name.empty() && name.size() <= longest_name && std::all_of(name.begin(), name.end(), is_letter);
}

// log4j has two more than we do.
std::optional<Level> level_of(const std::string& word) {
  const std::string name = in_capitals(word);
  if (name == "TRACE") return Level::debug;
  if (name == "FATAL") return Level::error;
  return observability::parse_level(word);
}

// Kafka Connect's words and status, and which there are.
Refusal no_level(const Json& level) {
  const std::string word = level.is_string() ? level.get<std::string>() : level.dump();
  return {404, "invalid log level '" + word + "'. The levels are TRACE, DEBUG, INFO, WARN, ERROR, FATAL and OFF."};
}

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

Json LoggerRoutes::entry(const std::string& name, Level level) const {
  const auto modified = modified_.find(name);
  return {{"level", in_capitals(name_of(level))}, {"last_modified", modified == modified_.end() ? Json(nullptr) : Json(modified->second)}};
}

http::Response LoggerRoutes::answer(const http::Request& request, const std::vector<std::string>& at) {
  const auto levels = log_.levels();
  if (at.size() == 2) {
    if (request.method != "GET") return only("GET");
    Json all = Json::object();
    for (const auto& [name, level] : levels) all[name] = entry(name, level);
    return json_answer(all);
  }
  if (at.size() != 3) throw Refusal(404, "HTTP 404 Not Found");
  if (request.method == "PUT") return set(request, at[2]);
  if (request.method != "GET") return only("GET, PUT");
  const auto found = levels.find(at[2]);
  if (found == levels.end()) throw Refusal(404, "Logger " + at[2] + " not found.");
  return json_answer(entry(found->first, found->second));
}

http::Response LoggerRoutes::set(const http::Request& request, const std::string& name) {
  const Json body = parse_object(request.body);
  if (!body.contains("level") || body["level"].is_null()) throw Refusal(400, "Desired 'level' parameter was not specified in request.");
  const auto level = body["level"].is_string() ? level_of(body["level"].get<std::string>()) : std::nullopt;
  if (!level) throw no_level(body["level"]);
  if (!can_be_logger(name)) throw Refusal(404, "Logger " + name + " not found.");
  const auto before = log_.levels();
  if (!before.contains(name) && before.size() >= most_loggers)
    throw Refusal(400, "there are " + std::to_string(before.size()) + " loggers, and no more are made");
  if (!before.contains(name)) log_.logger(name);  // one that has not spoken yet
  Json changed = Json::array();
  for (const std::string& each : log_.set_level(name, *level)) {
    const auto was = before.find(each);
    if (was != before.end() && was->second == *level) continue;
    modified_[each] = now_ms();
    if (was != before.end()) changed.push_back(each);
  }
  return in_capitals(std::string(request.parameter("scope").value_or(""))) == "CLUSTER" ? empty_answer(204) : json_answer(changed);
}

}  // namespace connector_host::admin
