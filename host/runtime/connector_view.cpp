#include "host/runtime/connector_view.hpp"

namespace connector_host::runtime {

RecordTotals& RecordTotals::operator+=(const RecordTotals& other) {
  received += other.received;
  delivered += other.delivered;
  duplicate += other.duplicate;
  dead_lettered += other.dead_lettered;
  dropped += other.dropped;
  returned += other.returned;
  return *this;
}

RecordTotals totals_of(const pipeline::IntakeCounters& counters) {
  return {counters.received.value(),      counters.delivered.value(), counters.duplicate.value(),
          counters.dead_lettered.value(), counters.dropped.value(),   counters.returned.value()};
}

}  // namespace connector_host::runtime
