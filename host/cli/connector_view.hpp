#pragma once
// ConnectorView: a connector's state as a server tells it, ours or Kafka Connect's. What only connector-host tells is absent
// with the other. Plain data; its texts are the server's, so whoever prints them makes them printable.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace connector_host::cli {

struct DependencyView {
  std::string name;
  bool up = true;
  std::string breaker;     // closed, open, half_open
  std::string last_error;  // empty: none
};

struct TaskView {
  std::int64_t id = 0;
  std::string state, worker, trace;
  std::string detail, health;
  std::string stalled;  // why; empty: it is not
  std::optional<std::int64_t> in_flight;
  std::int64_t retrying = 0;  // records that failed and wait for another attempt
  std::string retry_error;    // latest failure of the oldest of them
  std::optional<double> seconds_since_progress;
  std::vector<DependencyView> dependencies;
};

struct RecordsView {
  std::int64_t received = 0, delivered = 0, duplicate = 0, dead_lettered = 0, dropped = 0, returned = 0, in_flight = 0;
};

struct ConnectorView {
  std::string name, type, state, worker, trace, version;
  std::string health;
  std::optional<RecordsView> records;
  std::vector<TaskView> tasks;
};

// From /connectors/NAME/status, and from /connectors?expand=status, in the order of their names. Members that are missing
// stay empty; throws Refusal for what is no such document at all.
ConnectorView connector_view(const std::string& document);
std::vector<ConnectorView> connector_views(const std::string& document);

}  // namespace connector_host::cli
