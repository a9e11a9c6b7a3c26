#pragma once
// LaneOrder: what a task wants of its lanes. Each value returns more than the one before it.
#include <cstdint>

namespace connector_host::pipeline {

enum class LaneOrder : std::uint8_t {
  work,            // process records; what cannot go on waits
  return_waiting,  // process records; what cannot go on now is returned to the source
  return_all,      // finish the batch under way; everything else is returned, but what its source would discard is dead-lettered
  abandon          // that is returned as well
};

}  // namespace connector_host::pipeline
