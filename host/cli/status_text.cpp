#include "host/cli/status_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "host/cli/text_table.hpp"
#include "host/observability/printable_text.hpp"

namespace connector_host::cli {
namespace {

using observability::one_line;

std::string trouble(const std::string& what, const std::string& reason) {
  return one_line(what + (reason.empty() ? "" : ": " + reason)) + "\n";
}

std::string text_of(const DependencyView& dependency) {
  return dependency.name + " down" + (dependency.breaker.empty() ? "" : " (breaker " + dependency.breaker + ")");
}

// Tasks of a connector share its dependencies, so one that is down is told once.
std::string dependencies_down(const ConnectorView& connector) {
  std::set<std::string> told;
  std::string out;
  for (const TaskView& task : connector.tasks) {
    for (const DependencyView& each : task.dependencies) {
      if (is_broken(each) && told.insert(each.name).second) out += trouble(connector.name + ", " + text_of(each), each.last_error);
    }
  }
  return out;
}

std::string troubles(const ConnectorView& connector) {
  std::string out;
  if (connector.state == "FAILED") out += trouble(connector.name + " FAILED", first_line(connector.trace));
  for (const TaskView& task : connector.tasks) {
    const std::string name = connector.name + " task " + std::to_string(task.id);
    if (task.state == "FAILED") out += trouble(name + " FAILED", first_line(task.trace));
    if (!task.stalled.empty()) out += trouble(name + " STALLED", task.stalled);
  }
  return out + dependencies_down(connector);
}

std::string indented(const std::string& text) {
  std::istringstream lines(text);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    std::replace(line.begin(), line.end(), '\t', ' ');  // of a Java stack
    out += "  " + one_line(line) + "\n";
  }
  return out;
}

std::string row(const char* heading, const std::string& value) {
  std::array<char, 16> padded{};
  std::snprintf(padded.data(), padded.size(), "%-12s", heading);
  return value.empty() ? "" : padded.data() + one_line(value) + "\n";
}

std::string text_of(const RecordsView& records) {
  const std::pair<const char*, std::int64_t> counts[] = {
      {"received ", records.received}, {", delivered ", records.delivered}, {", duplicate ", records.duplicate}, {", dead-lettered ", records.dead_lettered},
      {", dropped ", records.dropped}, {", returned ", records.returned},   {", in flight ", records.in_flight}};
  std::string out;
  for (const auto& [word, count] : counts) out += word + std::to_string(count);
  return out;
}

std::string state_of(const TaskView& task) {
  std::string detail = task.detail;
  std::transform(detail.begin(), detail.end(), detail.begin(), [](unsigned char c) { return char(std::toupper(c)); });
  return detail.empty() || detail == task.state ? task.state : task.state + " (" + task.detail + ")";
}

std::string table_of_tasks(const ConnectorView& connector) {
  TextTable table({">TASK", "STATE", "WORKER", "HEALTH", ">IN FLIGHT", ">IDLE"});
  for (const TaskView& task : connector.tasks) {
    table.add({std::to_string(task.id), state_of(task), task.worker, task.health, task.in_flight ? std::to_string(*task.in_flight) : "",
               task.seconds_since_progress ? seconds_text(*task.seconds_since_progress) : ""});
  }
  return table.empty() ? "" : "\n" + table.text();
}

std::string table_of_dependencies(const ConnectorView& connector) {
  TextTable table({">TASK", "DEPENDENCY", "UP", "BREAKER", "LAST ERROR"});
  for (const TaskView& task : connector.tasks) {
    for (const DependencyView& each : task.dependencies) table.add({std::to_string(task.id), each.name, each.up ? "yes" : "no", each.breaker, each.last_error});
  }
  return table.empty() ? "" : "\n" + table.text();
}

std::string retries(const ConnectorView& connector) {
  std::string out;
  for (const TaskView& task : connector.tasks) {
    if (task.retrying > 0) out += "\nTask " + std::to_string(task.id) + " retries " + std::to_string(task.retrying) + " records: " + task.retry_error + "\n";
  }
  return out;
}

std::string traces(const ConnectorView& connector) {
  std::string out;
  if (!connector.trace.empty()) out += "\nThe connector's failure:\n" + indented(connector.trace);
  for (const TaskView& task : connector.tasks) {
    if (!task.trace.empty()) out += "\nThe failure of task " + std::to_string(task.id) + ":\n" + indented(task.trace);
  }
  return out;
}

}  // namespace

std::string overview_text(const std::vector<ConnectorView>& connectors) {
  if (connectors.empty()) return "no connectors\n";
  TextTable table({"CONNECTOR", "TYPE", "STATE", "HEALTH", ">TASKS"});
  std::string wrong;
  for (const ConnectorView& each : connectors) {
    table.add({each.name, each.type, each.state, each.health, tasks_text(each)});
    wrong += troubles(each);
  }
  return table.text() + (wrong.empty() ? "" : "\n" + wrong);
}

std::string full_text(const ConnectorView& connector) {
  std::string out = row("connector", connector.name) + row("type", connector.type) + row("state", connector.state) + row("health", connector.health) +
                    row("worker", connector.worker) + row("version", connector.version);
  if (connector.records) out += row("records", text_of(*connector.records));
  return out + row("tasks", tasks_text(connector)) + table_of_tasks(connector) + table_of_dependencies(connector) + retries(connector) + traces(connector);
}

std::string tasks_text(const ConnectorView& connector) {
  const auto running = std::count_if(connector.tasks.begin(), connector.tasks.end(), [](const TaskView& each) { return each.state == "RUNNING"; });
  return std::to_string(running) + "/" + std::to_string(connector.tasks.size());
}

std::string seconds_text(double seconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), seconds < 100 ? "%.1f s" : "%.0f s", seconds);
  return text.data();
}

bool is_broken(const DependencyView& dependency) {
  return !dependency.up && (!dependency.last_error.empty() || dependency.breaker == "open");
}

std::string first_line(const std::string& trace) {
  const std::string line = trace.substr(0, trace.find('\n'));
  return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

}  // namespace connector_host::cli
