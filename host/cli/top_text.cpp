#include "host/cli/top_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "host/cli/status_text.hpp"
#include "host/cli/text_table.hpp"
#include "host/observability/printable_text.hpp"

namespace connector_host::cli {
namespace {

using Json = nlohmann::ordered_json;

std::optional<std::int64_t> in_flight(const ConnectorView& connector) {
  if (connector.records) return connector.records->in_flight;
  std::optional<std::int64_t> sum;
  for (const TaskView& each : connector.tasks) {
    if (each.in_flight) sum = sum.value_or(0) + *each.in_flight;
  }
  return sum;
}

// Of the task that has stood still the longest.
std::optional<double> seconds_since_progress(const ConnectorView& connector) {
  std::optional<double> most;
  for (const TaskView& each : connector.tasks) {
    if (each.seconds_since_progress) most = std::max(most.value_or(0), *each.seconds_since_progress);
  }
  return most;
}

// A dependency has a breaker in each task: the worst of them.
std::map<std::string, std::string> breakers(const ConnectorView& connector) {
  const auto badness = [](const std::string& state) { return state == "closed" ? 0 : state == "open" ? 2 : 1; };
  std::map<std::string, std::string> worst;
  for (const TaskView& task : connector.tasks) {
    for (const DependencyView& each : task.dependencies) {
      if (each.breaker.empty()) continue;
      std::string& state = worst.try_emplace(each.name, each.breaker).first->second;
      if (badness(each.breaker) > badness(state)) state = each.breaker;
    }
  }
  return worst;
}

// Those that are not closed, or that all are.
std::string breakers_text(const ConnectorView& connector) {
  const auto all = breakers(connector);
  std::string out;
  for (const auto& [name, state] : all) {
    if (state != "closed") out += (out.empty() ? "" : ", ") + name + " " + state;
  }
  return out.empty() && !all.empty() ? "closed" : out;
}

std::string rate_text(const std::optional<double>& rate) {
  std::array<char, 32> text{};
  if (rate) std::snprintf(text.data(), text.size(), "%.1f", *rate);
  return text.data();
}

std::string count_text(const std::optional<std::int64_t>& count) {
  return count ? std::to_string(*count) : "";
}

// The part of a line that says what, when there is something to say.
std::string part(const std::string& what, const std::string& value, const std::string& after = {}) {
  return value.empty() ? "" : " " + what + value + after;
}

std::string line_of(const ConnectorView& connector, const Rates& rates) {
  const auto idle = seconds_since_progress(connector);
  return connector.name + part("", connector.state) + part("", connector.health) + part("tasks ", tasks_text(connector)) +
         part("in ", rate_text(rates.received), "/s") + part("out ", rate_text(rates.delivered), "/s") + part("in flight ", count_text(in_flight(connector))) +
         part("idle ", idle ? seconds_text(*idle) : "") + part("breakers ", breakers_text(connector));
}

template <class T>
Json json_or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

Json json_of(const ConnectorView& connector, const Rates& rates) {
  return {{"name", connector.name},
          {"state", connector.state},
          {"health", connector.health.empty() ? Json() : Json(connector.health)},
          {"tasks", connector.tasks.size()},
          {"received_per_second", json_or_null(rates.received)},
          {"delivered_per_second", json_or_null(rates.delivered)},
          {"in_flight", json_or_null(in_flight(connector))},
          {"seconds_since_progress", json_or_null(seconds_since_progress(connector))},
          {"breakers", breakers(connector)}};
}

// At most so many characters; a character is never cut in two.
std::string cut(const std::string& line, unsigned columns) {
  unsigned shown = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if ((static_cast<unsigned char>(line[i]) & 0xc0) != 0x80 && ++shown > columns) return line.substr(0, i);
  }
  return line;
}

}  // namespace

std::string table_of(const Look& look) {
  if (look.connectors.empty()) return "no connectors\n";
  TextTable table({"CONNECTOR", "STATE", "HEALTH", ">TASKS", ">IN/S", ">OUT/S", ">IN FLIGHT", ">IDLE", "BREAKERS"});
  for (std::size_t i = 0; i < look.connectors.size(); ++i) {
    const ConnectorView& each = look.connectors[i];
    const auto idle = seconds_since_progress(each);
    table.add({each.name, each.state, each.health, tasks_text(each), rate_text(look.rates[i].received), rate_text(look.rates[i].delivered),
               count_text(in_flight(each)), idle ? seconds_text(*idle) : "", breakers_text(each)});
  }
  return table.text();
}

std::string line_of(const Look& look) {
  std::string out;
  for (std::size_t i = 0; i < look.connectors.size(); ++i) out += (i ? " | " : "") + line_of(look.connectors[i], look.rates[i]);
  return observability::one_line(look.time + " " + (out.empty() ? "no connectors" : out)) + "\n";
}

std::string json_of(const Look& look) {
  Json connectors = Json::array();
  for (std::size_t i = 0; i < look.connectors.size(); ++i) connectors.push_back(json_of(look.connectors[i], look.rates[i]));
  const Json all = {{"time", look.time}, {"connectors", connectors}};
  return all.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string drawn(const std::string& text, const Screen& screen) {
  constexpr const char* to_the_corner = "\x1b[H";
  constexpr const char* end_of_line = "\x1b[K";
  constexpr const char* end_of_screen = "\x1b[J";
  std::istringstream lines(text);
  std::string out = to_the_corner;
  unsigned row = 0;
  for (std::string line; std::getline(lines, line) && (screen.rows == 0 || ++row < screen.rows);) {  // the last row stays free for the cursor
    out += (screen.columns == 0 ? line : cut(line, screen.columns)) + end_of_line + "\n";
  }
  return out + end_of_screen;
}

}  // namespace connector_host::cli
