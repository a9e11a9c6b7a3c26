#pragma once
// Sink: where records go. One instance per task, one more for its dead letters; write may be called by several workers
// at once unless the component names `static constexpr std::uint32_t max_parallel`.
#include "connector/abi.h"
#include "connector/component.hpp"
#include "connector/host.hpp"
#include "connector/record.hpp"

namespace connector {

class Sink : public Component {
 public:
  // Returns when every outcome is final, or at call.timeout() or cancel. What is not decided is tried again, and counts
  // as maybe delivered. Throw only when the sink as a whole failed; outcomes set before that still hold.
  virtual void write(Records, Outcomes&, Call&) = 0;
};

namespace detail {

struct SinkThunks {
  static connector_code write(void* self, const connector_record* records, std::uint64_t count, connector_outcome* outcomes, connector_call* raw) {
    return guarded(raw, [&](Call& call) {
      Outcomes results(outcomes, count, call);
      return static_cast<Sink*>(self)->write(Records(records, count), results, call), CONNECTOR_OK;
    });
  }
};

template <class T>
inline constexpr connector_sink_ops sink_ops = {sizeof(connector_sink_ops), 0, &lifecycle_ops<T, Sink>, SinkThunks::write};

}  // namespace detail
}  // namespace connector
