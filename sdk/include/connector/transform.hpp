#pragma once
// Transform: turns records into others, drops them or rejects them. One instance per lane, never called in parallel.
//
// Each input yields any number of outputs. Output views may point into the input (it outlives them) or into the
// builder's memory. The host ignores id and position of outputs.
#include <memory>
#include <utility>
#include <vector>

#include "connector/abi.h"
#include "connector/batch.hpp"
#include "connector/component.hpp"
#include "connector/host.hpp"
#include "connector/record.hpp"

namespace connector {

// Where apply puts its outputs: for each input in rising order, emit its records or none (then it is dropped).
class Outputs {
 public:
  Outputs(BatchBuilder& memory, std::vector<std::uint32_t>& sources) : memory_(&memory), sources_(&sources) {}
  connector_record& emit(std::size_t source_index) {
    sources_->push_back(std::uint32_t(source_index));
    return memory_->add();
  }
  BatchBuilder& memory() { return *memory_; }

 private:
  BatchBuilder* memory_;
  std::vector<std::uint32_t>* sources_;
};

class Transform : public Component {
 public:
  // outcomes arrive as delivered, which here means "fine": reject or retry an input to give it no output.
  virtual void apply(Records, Outputs&, Outcomes&, Call&) = 0;
};

namespace detail {

struct TransformThunks {
  struct Filled {
    BatchBuilder builder;
    std::vector<std::uint32_t> sources;
  };
  static connector_code apply(void* self, const connector_record* in, std::uint64_t count, connector_transformed* out, connector_outcome* outcomes,
                              connector_call* raw) {
    return guarded(raw, [&](Call& call) {
      auto filled = std::make_unique<Filled>();
      Outputs outputs(filled->builder, filled->sources);
      Outcomes results(outcomes, count, call);
      static_cast<Transform*>(self)->apply(Records(in, count), outputs, results, call);
      if (filled->builder.empty()) return CONNECTOR_OK;
      filled->builder.fill(out->batch);
      out->batch.byte_count += filled->sources.capacity() * sizeof(std::uint32_t);
      out->source_index = filled->sources.data();
      out->batch.producer_data = filled.release();
      out->batch.release = [](connector_batch* batch) {
        guarded_void([&] { delete static_cast<Filled*>(std::exchange(batch->producer_data, nullptr)); });
        batch->release = nullptr;
      };
      return CONNECTOR_OK;
    });
  }
};

template <class T>
inline constexpr connector_transform_ops transform_ops = {sizeof(connector_transform_ops), 0, &lifecycle_ops<T, Transform>, TransformThunks::apply};

}  // namespace detail
}  // namespace connector
