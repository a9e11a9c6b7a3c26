#pragma once
// ConnectorStore: what was said over REST about connectors and has to outlive the process: configurations, deletions,
// and which of them are paused or stopped. One small durable file per connector in the state directory, so a change is
// there as a whole or not at all after any crash.
//
// It knows nothing of running connectors. Thread-safe as StateDir is; the owner of both decides who writes when.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/runtime/state_dir.hpp"
#include "host/topology/flat_config.hpp"

namespace connector_host::runtime {

// What a connector is asked for.
enum class Target { running, paused, stopped };
const char* name_of(Target target);  // RUNNING, PAUSED, STOPPED
std::optional<Target> parse_target(std::string_view word);

struct StoredConnector {
  std::string name;
  Target target = Target::running;
  std::optional<topology::FlatConfig> config;  // set over REST; secrets as they were written
  bool deleted = false;                        // over REST, though the topology file has it
  std::string base;                            // the entry of the topology file that config or deleted replaced, as a digest; else empty
};

class ConnectorStore {
 public:
  explicit ConnectorStore(StateDir& state_dir) : state_dir_(state_dir) {}

  // A file that cannot be read or understood is named to `damaged`, and is as if it were not there.
  std::vector<StoredConnector> read(const std::function<void(const std::string&)>& damaged) const;
  // Durable when they return. Throw std::exception with a reason for people.
  void write(const StoredConnector& connector);
  void erase(const std::string& name);

 private:
  StateDir& state_dir_;
};

}  // namespace connector_host::runtime
