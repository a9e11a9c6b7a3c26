#pragma once
// Reloader: applies the topology file as it is now to the running connectors, by difference. A file that is wrong changes
// nothing. Asked by SIGHUP, over REST and, with --watch, by a change of the file. Thread-safe.
#include <functional>
#include <mutex>
#include <string>

#include "host/admin/connect_routes.hpp"
#include "host/cli/topology_input.hpp"
#include "host/observability/log.hpp"
#include "host/runtime/runtime.hpp"

namespace connector_host::cli {

class Reloader {
 public:
  // config: what runs now. All outlive it.
  Reloader(TopologyInput& input, topology::TopologyConfig config, std::string file, runtime::Runtime& runtime, observability::Log& log);

  // What was done, as JSON: added, changed, removed, unchanged, and needs_restart: keys that count from the next start
  // only. Throws admin::ReloadRefused.
  admin::Json reload();
  // The same for nobody in particular: the log hears of it.
  void reload_and_log(const std::string& why);
  // Reloads when the file is another one than at the last look.
  void look();
  // The effective configuration, secrets hidden.
  admin::Json effective_config() const;

 private:
  std::string stamp() const;
  admin::Json apply(const topology::LoadedTopology& loaded);

  TopologyInput& input_;
  const std::string file_;
  runtime::Runtime& runtime_;
  observability::Log& log_;
  mutable std::mutex mutex_;  // guards the rest; one reload at a time
  topology::TopologyConfig config_;
  std::string seen_;
};

}  // namespace connector_host::cli
