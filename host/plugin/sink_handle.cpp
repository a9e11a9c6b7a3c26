#include "host/plugin/sink_handle.hpp"

#include <algorithm>

namespace connector_host::plugin {

CallResult SinkHandle::write(std::span<const connector_record> records, std::span<connector_outcome> outcomes, Call& call) {
  const Turns::Turn turn(turns());
  std::fill(outcomes.begin(), outcomes.end(), connector_outcome{CONNECTOR_RETRIABLE, CONNECTOR_MAYBE_DELIVERED, 0, 0});
  return call.result(ops().write(self(), records.data(), records.size(), outcomes.data(), call.raw()));
}

}  // namespace connector_host::plugin
