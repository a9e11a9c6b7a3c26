#pragma once
// TransformHandle: the one call of a transform. One lane's own; never called in parallel.
#include <chrono>
#include <span>

#include "host/plugin/instance.hpp"

namespace connector_host::plugin {

class TransformHandle : public Instance {
 public:
  using Instance::Instance;

  // out is zeroed and outcomes are made OK before the call. Reasons stay in call.
  CallResult apply(std::span<const connector_record> in, connector_transformed& out, std::span<connector_outcome> outcomes, Call& call);

 private:
  const connector_transform_ops& ops() const { return *static_cast<const connector_transform_ops*>(Instance::ops()); }
};

}  // namespace connector_host::plugin
