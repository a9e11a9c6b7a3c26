#include "tests/integration/connect_walk/walk.hpp"

#include <fstream>
#include <stdexcept>
#include <string_view>

#include "tests/integration/connect_walk/json_skeleton.hpp"
#include "tests/integration/program.hpp"

namespace integration {
namespace {

using nlohmann::json;
using Pointer = json::json_pointer;
using Differences = std::vector<std::string>;

constexpr std::chrono::seconds answer_limit{30};
constexpr const char* our_host = "connector-host";  // in walk.json
constexpr const char* no_json = "no JSON";
constexpr std::size_t most_shown = 400;

// ---- reading an answer

std::string media_type(const Answer& answer) {
  const std::string type = answer.header("Content-Type");
  return type.substr(0, type.find(';'));
}

// Without scheme and address, which are each system's own.
std::string location_path(const Answer& answer) {
  const std::string location = answer.header("Location");
  const std::size_t scheme = location.find("://"),
                    path = scheme == std::string::npos ? 0 : location.find('/', scheme + 3);
  return path == std::string::npos ? "" : location.substr(path);
}

json parsed(const Answer& answer) {
  return json::parse(answer.body, nullptr, false);
}

const json* value_at(const json& body, const std::string& pointer) {
  const Pointer at(pointer);
  return !body.is_discarded() && body.contains(at) ? &body.at(at) : nullptr;
}

bool holds(const Answer& answer, const json& until) {
  const json body = parsed(answer);
  for (const auto& [key, wanted] : until.items()) {
    if (key == "status") {
      if (answer.status != wanted) return false;
      continue;
    }
    const json* const value = value_at(body, key);
    if (!value || (wanted == "*" ? value->empty() : *value != wanted)) return false;
  }
  return true;
}

json looked_at(const Step& step, json skeleton) {
  for (const std::string& each : step.without) {
    const Pointer at(each);
    if (skeleton.contains(at)) skeleton.at(at.parent_pointer()).erase(at.back());
  }
  return skeleton;
}

// What both systems have to keep, beside what is recorded.
Differences unkept(const Step& step, const Answer& answer) {
  Differences broken;
  const json body = parsed(answer);
  for (const auto& [pointer, start] : step.begins.items()) {
    const json* const value = value_at(body, pointer);
    if (!value || !value->is_string() ||
        !value->get<std::string>().starts_with(start.get<std::string>()))
      broken.push_back(pointer + " does not begin with " + start.dump() + ": " +
                       answer.body.substr(0, most_shown));
  }
  const json* const code = value_at(body, "/error_code");
  if (code && *code != answer.status) broken.push_back("error_code is " + code->dump());
  return broken;
}

}  // namespace

// ---- the walk

Walk::Walk(const std::string& file, const std::string& system, const std::string& folder)
    : our_host_(system == our_host) {
  std::ifstream in(file);
  const json walk = json::parse(in, nullptr, true, true);
  words_ = {{"folder", folder}};
  words_.update(walk.at("systems").at(system));
  for (const json& line : walk.at("steps")) steps_.push_back(step_of(line));
}

std::string Walk::filled(std::string text) const {
  for (std::size_t at; (at = text.find("{{")) != std::string::npos;) {
    const std::size_t end = text.find("}}", at);
    if (end == std::string::npos) throw std::runtime_error("no }} in " + text);
    text.replace(at, end + 2 - at, words_.at(text.substr(at + 2, end - at - 2)).get<std::string>());
  }
  return text;
}

// {"...": "source", "a": "b"}: the words' object of that name, with these members over its own.
json Walk::filled(const json& value) const {
  if (value.is_string()) return filled(value.get<std::string>());
  json all = value;
  if (value.is_array()) {
    for (json& each : all) each = filled(each);
  } else if (value.is_object()) {
    all =
        value.contains("...") ? filled(words_.at(value["..."].get<std::string>())) : json::object();
    for (const auto& [key, each] : value.items()) {
      if (key != "...") all[filled(key)] = filled(each);
    }
  }
  return all;
}

Step Walk::step_of(const json& line) const {
  Step step;
  step.ask = line.at("ask");
  const std::size_t blank = step.ask.find(' ');
  step.question.method = step.ask.substr(0, blank);
  step.question.path = filled(step.ask.substr(blank + 1));
  const json headers = line.value("headers", json::object());
  for (const auto& [name, value] : headers.items()) {
    if (value != "") step.question.headers.emplace_back(name, value);
  }
  if (line.contains("body")) step.question.body = filled(line["body"]).dump();
  if (line.contains("text")) step.question.body = line["text"];
  if ((line.contains("body") || line.contains("text")) && !headers.contains("Content-Type"))
    step.question.headers.emplace_back("Content-Type", "application/json");
  step.until = line.value("until", json());
  step.maps = line.value("map", std::set<std::string>());
  step.without = line.value("without", std::vector<std::string>());
  step.same = line.value("same", std::vector<std::string>());
  step.begins = line.value("begins", json::object());
  step.here = line.value("here", json());
  if (our_host_ && step.here.contains("until")) step.until = step.here["until"];
  if (!step.here.is_null() && !step.here.contains("why"))
    throw std::runtime_error("no why in " + line.dump());
  return step;
}

bool Step::forgives(const std::string& difference) const {
  for (const auto& place : here.is_null() ? json::array() : here.value("at", json::array())) {
    if (difference.starts_with(place.get<std::string>() + " ")) return true;
  }
  return false;
}

Observation take(const Step& step, std::uint16_t port, std::chrono::milliseconds patience) {
  Answer answer;
  const bool came = eventually(
      [&] {
        answer = http_ask(port, step.question, answer_limit);
        return step.until.is_null() || holds(answer, step.until);
      },
      patience);
  Observation seen = {
      {"ask", step.ask}, {"status", answer.status}, {"said", answer.body.substr(0, most_shown)}};
  if (!came) seen["late"] = true;
  if (const std::string location = location_path(answer); !location.empty())
    seen["location"] = location;
  if (answer.body.empty()) return seen;
  if (const std::string type = media_type(answer); !type.empty()) seen["type"] = type;
  const json body = parsed(answer);
  seen["body"] =
      body.is_discarded() ? json(no_json) : looked_at(step, skeleton_of(body, step.maps));
  for (const std::string& pointer : step.same) {
    if (const json* const value = value_at(body, pointer)) seen["same"][pointer] = *value;
  }
  if (const Differences broken = unkept(step, answer); !broken.empty()) seen["unkept"] = broken;
  return seen;
}

// What our host is to answer: as recorded, unless `here` of the step says otherwise.
static Observation expected_here(const Step& step, Observation expected) {
  if (!step.here.contains("status")) return expected;
  expected["status"] = step.here["status"];
  for (const char* const part : {"body", "type", "location", "same"}) expected.erase(part);
  if (step.here["status"] < 400) return expected;
  expected["type"] = "application/json";
  expected["body"] = {{"error_code", "integer"}, {"message", "string"}};
  return expected;
}

// A member, or null.
static const Observation& part_of(const Observation& object, std::string_view name) {
  static const Observation nothing;
  const auto found = object.find(std::string(name));
  return found == object.end() ? nothing : *found;
}

static std::string said(const Observation& got) {
  return got["said"].get<std::string>();
}

Differences differences(const Step& step, const Observation& recorded, const Observation& got,
                        bool is_our_host) {
  const Observation expected =
      is_our_host && !step.here.is_null() ? expected_here(step, recorded) : recorded;
  if (expected["status"] != got["status"])
    return {"status is " + got["status"].dump() + ", not " + expected["status"].dump() + ": " +
            said(got)};
  Differences found;
  for (const std::string part : {"location", "type"}) {
    const Observation &wanted = part_of(expected, part), &there = part_of(got, part);
    if (!wanted.is_null() && wanted != there)
      found.push_back(part + " is " + there.dump() + ", not " + wanted.dump());
  }
  if (expected.contains("body")) {
    const Differences missing = got.contains("body") ? missing_in(got["body"], expected["body"])
                                                     : Differences{"there is no body"};
    found.insert(found.end(), missing.begin(), missing.end());
  }
  for (const auto& [pointer, value] : part_of(expected, "same").items()) {
    const Observation& there = part_of(part_of(got, "same"), pointer);
    if (there != value) found.push_back(pointer + " is " + there.dump() + ", not " + value.dump());
  }
  if (got.contains("late")) found.push_back("what was waited for did not come: " + said(got));
  for (const Observation& broken : part_of(got, "unkept")) found.push_back(broken);
  if (is_our_host)
    std::erase_if(found, [&](const std::string& each) { return step.forgives(each); });
  return found;
}

}  // namespace integration
