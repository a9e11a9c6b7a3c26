#pragma once
// Connector: a configured instance: its tasks, the breakers that they share, and a thread of its own that brings them to
// where somebody wants them: it makes and starts them, ends them for a stop, a new configuration or for good, and starts
// failed ones again (Supervision). So nobody who asks for something waits, and a plugin that hangs holds up its own
// connector only.
//
// What is wanted is not kept here beyond the process; that is ConnectorSet's. Thread-safe. The destructor ends it and
// waits.
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "host/runtime/connector_view.hpp"
#include "host/runtime/task_slot.hpp"

namespace connector_host::runtime {

class Connector {
 public:
  struct Links {
    std::function<void()> changed;    // on any thread: its status may be another one
    std::function<bool()> may_begin;  // false: one of this name is still ending
  };

  // fresh: the configuration was read just now; else it is read anew before the first task is made.
  Connector(HostServices& services, topology::ConnectorConfig config, Origin origin, bool fresh, Links links);
  ~Connector();
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  // Throws std::runtime_error naming the component that refuses its configuration. Reaches no network, keeps nothing, and
  // waits five seconds at most for a plugin that hangs.
  static void try_out(HostServices& services, const topology::ConnectorConfig& config);

  void start(Target target);
  // Orders; each returns at once.
  void want(Target target);
  void configure(topology::ConnectorConfig config, Origin origin);
  void leave();  // drains and ends for good
  void poke();   // may_begin may answer otherwise
  struct Restart {
    bool tasks = false, only_failed = false;
  };
  // Without tasks: it is tried again when its tasks could not be made, and nothing else. Returns it as it then is.
  ConnectorView restart(Restart what);
  bool restart_task(std::uint32_t index);  // false: there is none

  const std::string& name() const { return name_; }
  Target target() const;
  Origin origin() const;
  std::shared_ptr<const topology::ConnectorConfig> config() const;
  ConnectorView view() const;
  void each_task(const std::function<void(RunningTask&)>& with) const;
  // Of every task that it has had, by index; gauges of those it has.
  struct TaskFigures {
    std::uint32_t index = 0;
    pipeline::TaskCounts counts;
    pipeline::TaskGauges gauges;
  };
  std::vector<TaskFigures> figures() const;
  // It left, and its thread is over.
  bool finished() const { return finished_.load(std::memory_order_acquire); }
  bool left_failed() const { return left_failed_.load(std::memory_order_acquire); }
  // Every task's source said that there is nothing more.
  bool ended() const { return ended_.load(std::memory_order_acquire); }
  // Every task FAILED, and either none had ever worked (most likely the configuration is wrong) or none is to be restarted.
  bool given_up() const { return given_up_.load(std::memory_order_acquire); }

 private:
  // A configuration's tasks, in the order in which they must go.
  struct Group {
    explicit Group(world::World& world, const topology::ConnectorConfig& config);
    ConnectorShared shared;
    std::vector<std::unique_ptr<TaskSlot>> slots;
  };

  const std::vector<std::unique_ptr<TaskSlot>>& slots() const;  // with mutex_ held, or on its thread
  ConnectorView view_now() const;                               // with mutex_ held
  void run();
  bool step();
  void clear_failure();  // with mutex_ held
  bool may_make();
  void make_group(bool paused);
  std::unique_ptr<Group> new_group();
  std::unique_ptr<RunningTask> new_task(std::uint32_t index, ConnectorShared& shared, bool by_operator);
  void read_config_anew();
  void end_group(bool leaving);
  void forget_other_transforms();
  void tend_group(bool paused);
  void look_at_the_whole();
  void close_group();

  HostServices& services_;
  const std::string name_;
  const Links links_;
  const std::unique_ptr<world::Gate> gate_;
  std::atomic<bool> finished_ = false, left_failed_ = false, ended_ = false, given_up_ = false;

  // Its thread's own.
  world::Time next_{};
  bool worked_ = false;  // a task got as far as running
  bool ending_ = false;  // its tasks were told to end
  bool begun_ = false;   // it has had tasks since it was made or stopped; one that is PAUSED before has none

  mutable std::mutex mutex_;  // guards the rest; its thread reads group_ without it
  std::shared_ptr<const topology::ConnectorConfig> config_;
  Origin origin_;
  Target target_ = Target::running;
  bool fresh_;
  std::uint64_t configured_ = 0;  // how often
  bool leaving_ = false, renew_ = false, restart_wanted_ = false;
  std::string failure_;
  std::optional<world::Time> again_;
  Supervision supervision_;
  std::vector<pipeline::TaskCounts> retired_;  // of tasks that have gone, by index
  bool other_transforms_ = false;              // than those of the group
  std::unique_ptr<Group> group_;
  std::unique_ptr<world::Thread> thread_;
};

}  // namespace connector_host::runtime
