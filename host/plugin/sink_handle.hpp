#pragma once
// SinkHandle: the one call of a sink. Workers may call write at the same time.
#include <chrono>
#include <span>

#include "host/plugin/instance.hpp"

namespace connector_host::plugin {

class SinkHandle : public Instance {
 public:
  using Instance::Instance;

  // Fills outcomes, which are made "retriable, maybe delivered" before the call. Reasons stay in call.
  CallResult write(std::span<const connector_record> records, std::span<connector_outcome> outcomes, Call& call);

 private:
  const connector_sink_ops& ops() const { return *static_cast<const connector_sink_ops*>(Instance::ops()); }
};

}  // namespace connector_host::plugin
