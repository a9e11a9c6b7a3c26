#include "host/admin/json_answer.hpp"

#include <algorithm>
#include <cctype>

#include "host/admin/refusal.hpp"

namespace connector_host::admin {
namespace {

constexpr int deepest = 32;

bool has_control_character(const std::string& text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') return true;
  }
  return false;
}

// "[json.exception.parse_error.101] parse error at …": a number of the library's, which helps nobody.
std::string without_code(const std::string& what) {
  const std::size_t end = what.find("] ");
  return what.starts_with('[') && end != std::string::npos ? what.substr(end + 2) : what;
}

}  // namespace

std::string text_of(const std::string& key, const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number() || value.is_boolean()) return value.dump();
  if (value.is_null()) throw Refusal(400, "Null value can not be supplied as the configuration value. (" + key + ")");
  throw Refusal(400, "the configuration value of " + key + " has to be a string; of a list write the items with commas between them");
}

std::string in_capitals(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::toupper(c)); });
  return text;
}

http::Response json_answer(const Json& json, int status) {
  return {status, "application/json", json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n", {}};
}

http::Response empty_answer(int status) {
  return {status, "", "", {}};
}

Json parse_object(const std::string& body) {
  if (body.empty()) throw Refusal(400, "the request has no body; a JSON object is expected");
  Json json;
  try {
    json = Json::parse(body, [](int outside, Json::parse_event_t event, Json&) {
      const bool opens = event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start;
      if (opens && outside >= deepest) throw Refusal(400, "the JSON is nested deeper than " + std::to_string(deepest) + " levels");
      return true;
    });
  } catch (const Json::exception& error) {
    throw Refusal(400, "the body is not JSON: " + without_code(error.what()));
  }
  if (!json.is_object()) throw Refusal(400, "the body is not a JSON object");
  return json;
}

topology::FlatConfig flat_config_of(const Json& object, std::vector<std::string>* removed) {
  topology::FlatConfig flat;
  for (const auto& [key, value] : object.items()) {
    if (removed && value.is_null()) {
      removed->push_back(key);
      continue;
    }
    flat[key] = text_of(key, value);
    if (key.empty() || has_control_character(key)) throw Refusal(400, "a configuration key is empty or has control characters in it");
  }
  return flat;
}

}  // namespace connector_host::admin
