#pragma once
// Admission: what becomes of a record that was just received: it gets its id and its key, and joins
// the copy that is in flight, or goes to the distributor, or has to be returned behind an earlier
// record of its key.
//
// With `decode`, a record for whose decoded value the in-flight budget has no room waits here with
// all behind it, so order is kept. The intake thread's own.
#include <deque>
#include <vector>

#include "host/pipeline/distributor.hpp"
#include "host/pipeline/identifier.hpp"
#include "host/pipeline/in_flight.hpp"
#include "host/pipeline/returned_keys.hpp"

namespace connector_host::pipeline {

class Admission {
 public:
  Admission(Identifier& identifier, InFlight& in_flight, Distributor& distributor, ReturnedKeys& returned_keys, IntakeCounters& counters)
      : identifier_(identifier), in_flight_(in_flight), distributor_(distributor), returned_keys_(returned_keys), counters_(counters) {}

  void add(Entry& entry, world::Time now);
  // Those that waited and have room by now.
  void resume(world::Time now);
  // Those that wait, to be returned; settled() of the distributor follows. One that its source
  // would discard then is added.
  void take_waiting(std::vector<Entry*>& out, world::Time now);
  // To be returned at once; the caller empties it.
  std::vector<Entry*>& passed_over() { return passed_over_; }

 private:
  void place(Entry& entry, world::Time now);

  Identifier& identifier_;
  InFlight& in_flight_;
  Distributor& distributor_;
  ReturnedKeys& returned_keys_;
  IntakeCounters& counters_;
  std::deque<Entry*> waiting_;
  std::vector<Entry*> passed_over_;
};

}  // namespace connector_host::pipeline
