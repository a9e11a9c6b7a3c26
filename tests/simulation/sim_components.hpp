#pragma once
// SimComponents: a source, a sink, a dead letter and a dedup store on the models, as ordinary
// component tables. Every call is a scheduling point and may fail in each way that the world
// offers: an error, a delay, a lost reply, a cut connection.
//
// An instance finds its context through connector_host_api.self. A call of a dead process changes
// nothing.
#include <cstdint>
#include <string_view>

#include "connector/abi.h"
#include "tests/simulation/models.hpp"

namespace simulation {

enum class Part { none, source, sink, dead_letter, store, transform };

struct Faults {
  bool active = true;
  Part down = Part::none;  // every call of it fails, as long as this says so
  bool opens = false;      // but open and check, then
  double error = 0, lost_reply = 0, cut = 0, delay = 0;
  Duration longest_delay{};
  Duration record_time{};  // that the sink takes for each record
};

struct SimContext {
  Scheduler& scheduler;
  Process& process;
  QueueModel& queue;
  StoreModel& store;
  LogModel& log;
  Faults& faults;
  std::uint64_t&
      tolerated;  // repeats that may happen: records written that the store cannot know of
  std::size_t prefetch = 10;
  Duration drain_timeout{};         // of the tasks
  bool patient_dead_letter = true;  // takes what no other would, once it is truncated

  bool dead_letter_rejects(std::string_view value, bool truncated) const;
};

const connector_component& sim_source();
const connector_component& sim_sink();
const connector_component& sim_dead_letter();
const connector_component& sim_store();

}  // namespace simulation
