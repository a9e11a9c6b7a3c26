#pragma once
// ConnectorSet: the connectors of the process by name, and who may say what they are: the topology file and REST.
//
// The last change wins, whichever side made it. What REST makes, changes, deletes, pauses or stops is durable before it
// takes effect; it stays until REST says otherwise, or until the connector's entry in the topology file is another one
// than it was then. Such an entry is known by its digest.
//
// It decides nothing about tasks; a Connector does that. Thread-safe; changes come one at a time.
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "host/runtime/connector.hpp"
#include "host/runtime/connector_store.hpp"

namespace connector_host::runtime {

// A change that was refused; nothing has changed then.
class ChangeRefused : public std::runtime_error {
 public:
  enum class Why { exists, unknown, invalid, not_kept };
  ChangeRefused(Why why, const std::string& what, std::vector<topology::KeyProblem> problems = {})
      : std::runtime_error(what), why(why), problems(std::move(problems)) {}

  const Why why;
  const std::vector<topology::KeyProblem> problems;  // of an invalid configuration
};

// What a reload did, by connector.
struct ReloadReport {
  std::vector<std::string> added, changed, removed, unchanged;
};

class ConnectorSet {
 public:
  ConnectorSet(HostServices& services, std::function<void()> changed);
  ~ConnectorSet();

  // At start: what the file has, and what was stored. Throws std::runtime_error naming a component of the file that
  // refuses its configuration; what was stored is never a reason not to start.
  void adopt(const topology::TopologyConfig& config);
  void start();
  // The file as it is now, by difference: what is the same is not touched. Throws as adopt does, and has changed nothing.
  ReloadReport reload(const topology::TopologyConfig& config);

  // Over REST. Each throws ChangeRefused.
  void create(const std::string& name, topology::FlatConfig flat, Target target);
  // As create when there is none of this name: then true comes back.
  bool configure(const std::string& name, topology::FlatConfig flat);
  void remove(const std::string& name);
  // A wish that cannot be kept beyond the process is followed all the same, and a warning says so.
  void want(const std::string& name, Target target);
  // Reads the configuration and reports every problem. When there is none, the plugins check their
  // options as well. Changes nothing.
  topology::LoadedConnector validate(const std::string& name, const topology::FlatConfig& flat) const;

  std::shared_ptr<Connector> find(const std::string& name) const;  // null: there is none
  std::vector<std::shared_ptr<Connector>> all() const;             // by name
  // REST made, changed or deleted one, now or before: the process is more than a run of its file then.
  bool changed_over_rest() const;

  // They drain and end; nothing more is made. One that was being made just then is there afterwards, and is to leave by another call.
  void leave_all();
  std::chrono::milliseconds longest_drain() const;
  // Forgets those that have left. True when none is left at all.
  bool reap();
  bool any_left_failed() const;

 private:
  struct FileChange {
    const topology::ConnectorConfig* config;
    bool is_new;
  };

  // With changes_ held.
  void adopt_entry(const topology::ConnectorConfig& config);
  void adopt_stored(const StoredConnector& connector);
  std::vector<FileChange> compare(const topology::TopologyConfig& config, ReloadReport& report) const;
  void file_wins(const std::string& name);
  void make(topology::ConnectorConfig config, topology::FlatConfig flat, Target target);
  topology::LoadedConnector load(const std::string& name, const topology::FlatConfig& flat) const;
  topology::ConnectorConfig checked(const std::string& name, const topology::FlatConfig& flat) const;
  topology::FlatConfig with_kept_secrets(const topology::ConnectorConfig& before, topology::FlatConfig changed) const;
  StoredConnector stored(const std::string& name) const;
  bool overrides(const StoredConnector& connector, const std::string& digest) const;
  void keep(StoredConnector connector);
  void forget(const std::string& name);
  void forget_or_warn(const std::string& name);

  void add(topology::ConnectorConfig config, Origin origin, Target target, bool fresh);
  void drop(const std::string& name);
  bool is_leaving(const std::string& name) const;
  void warn(const std::string& what) const { services_.log(LogLevel::warn, "connector", {}, what); }

  HostServices& services_;
  const std::function<void()> changed_;
  ConnectorStore store_;

  mutable std::mutex changes_;               // one change at a time; guards the next two
  std::map<std::string, std::string> file_;  // digests of the file's entries
  std::map<std::string, StoredConnector> kept_;
  std::atomic<bool> changed_over_rest_ = false, closing_ = false;

  mutable std::mutex mutex_;  // guards the rest; the inner one of the two
  std::map<std::string, std::shared_ptr<Connector>> connectors_;
  std::map<std::string, Target> waiting_;  // for start()
  std::vector<std::shared_ptr<Connector>> leaving_;
  bool started_ = false;
};

}  // namespace connector_host::runtime
