#pragma once
// Runtime: the connectors of one process, from start to the end of the last one.
//
// It decides nothing about records or connectors (ConnectorSet, Connector): it says when the process is over. That is when
// it was asked to stop, and else when nothing is left to do: every connector is the topology file's and its source has
// ended or was given up (Connector::given_up), as after a mistake in the file, which is better seen by whoever started the
// process than by whoever looks at its status. run_until_over() is the main thread's; everything else is
// thread-safe.
#include <atomic>
#include <functional>
#include <memory>

#include "host/runtime/connector_set.hpp"
#include "host/runtime/status_log.hpp"
#include "host/topology/topology_config.hpp"

namespace connector_host::runtime {

class Runtime {
 public:
  // Makes the connectors. Throws std::runtime_error naming the component that refused.
  Runtime(HostServices& services, const topology::TopologyConfig& config);
  ~Runtime();

  void start();
  // Every connector drains and ends.
  void request_stop();
  // Returns when every connector is over. True when none of them failed. turn is called in each turn of the loop, which is
  // once a second at least, and again by the time that it returns.
  using Turn = std::function<world::Time()>;
  bool run_until_over(const Turn& turn);

  // Of run_until_over.
  world::Time last_turn() const { return world::Time(world::Duration(last_turn_.load(std::memory_order_relaxed))); }

  bool stopping() const { return stopping_.load(std::memory_order_acquire); }
  ConnectorSet& connectors() { return connectors_; }
  const ConnectorSet& connectors() const { return connectors_; }

 private:
  bool nothing_left_to_do() const;
  void say_why_it_ends();
  void log_changes();

  HostServices& services_;
  std::unique_ptr<world::Gate> gate_;
  StatusLog status_log_;
  std::atomic<bool> stopping_ = false;
  std::atomic<world::Duration::rep> last_turn_;
  ConnectorSet connectors_;
};

}  // namespace connector_host::runtime
