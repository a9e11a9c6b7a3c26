#include "host/plugin/transform_handle.hpp"

#include <algorithm>

namespace connector_host::plugin {

CallResult TransformHandle::apply(std::span<const connector_record> in, connector_transformed& out, std::span<connector_outcome> outcomes, Call& call) {
  out = {};
  out.batch.struct_size = sizeof out.batch;
  std::fill(outcomes.begin(), outcomes.end(), connector_outcome{CONNECTOR_OK, 0, 0, 0});
  return call.result(ops().apply(self(), in.data(), in.size(), &out, outcomes.data(), call.raw()));
}

}  // namespace connector_host::plugin
