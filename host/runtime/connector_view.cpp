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

RecordTotals totals_of(const pipeline::TaskCounts& counts) {
  using enum pipeline::IntakeCount;
  const auto& of = counts.intake;
  return {of[received], of[delivered], of[duplicate], of[dead_lettered], of[dropped], of[returned]};
}

}  // namespace connector_host::runtime
