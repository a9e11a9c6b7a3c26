#pragma once
// Reloader: applies the topology file as it is now to the running connectors, by difference. A file that is wrong changes
// nothing. Asked by SIGHUP, over REST and, with --watch, by a change of the file. It has a thread for what nobody waits for,
// so that a plugin that hangs while the file is read holds up no signal. Thread-safe.
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "host/admin/connect_routes.hpp"
#include "host/cli/topology_input.hpp"
#include "host/observability/log.hpp"
#include "host/runtime/runtime.hpp"

namespace connector_host::cli {

struct ReloadCounts {
  std::uint64_t taken = 0, refused = 0;
  bool last_refused = false;
  double last_taken = 0;  // seconds since the Unix epoch; of the first reading as well
};

class Reloader {
 public:
  // config: what runs now. All outlive it.
  Reloader(TopologyInput& input, topology::TopologyConfig config, std::string file, runtime::Runtime& runtime, world::World& world, observability::Log& log);

  // What was done, as JSON: added, changed, removed, unchanged, and needs_restart: keys that count from the next start
  // only. Throws admin::ReloadRefused.
  admin::Json reload();
  // The same on its own thread; the log hears of it.
  void request(const std::string& why);
  // Called on its thread around each reload that was requested. They do not throw.
  struct Around {
    std::function<void()> before, after;
  };
  // watch: a change of the file is a request as well, and the log hears when it is gone.
  void start(Around around, bool watch);
  void stop();
  ReloadCounts counts() const;
  // The effective configuration, secrets hidden.
  admin::Json effective_config() const;

 private:
  admin::Json read_and_apply();
  void run(const Around& around, bool watch, std::stop_token stop);
  void reload_and_log(const std::string& why, const Around& around);
  void say_whether_gone();
  bool file_changed() const;
  std::string stamp() const;
  admin::Json apply(const topology::LoadedTopology& loaded);

  TopologyInput& input_;
  const std::string file_;
  runtime::Runtime& runtime_;
  world::World& world_;
  observability::Log& log_;
  mutable std::mutex counts_mutex_;  // guards counts_
  ReloadCounts counts_;
  mutable std::mutex mutex_;  // guards the rest; one reload at a time
  topology::TopologyConfig config_;
  std::string seen_;
  std::mutex requests_;  // guards requested_
  std::string requested_;
  std::condition_variable_any asked_;
  bool gone_ = false;  // of its thread alone; only with --watch
  std::jthread thread_;
};

}  // namespace connector_host::cli
