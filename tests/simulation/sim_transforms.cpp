#include "tests/simulation/sim_transforms.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/message.hpp"
#include "tests/simulation/sim_instance.hpp"

namespace simulation {
namespace {

struct Transform : SimInstance {
  using SimInstance::SimInstance;

  struct Outputs {
    std::vector<connector_record> records;
    std::vector<std::unique_ptr<std::string>> texts;
    std::vector<std::uint32_t> sources;
  };

  connector_code open(connector_call* call) { return question(call); }
  void cancel() { short_point(); }
  void close() { short_point(); }

  // f(record, index, outputs): false for a record that is rejected.
  template <class F>
  connector_code apply(const connector_record* in, std::uint64_t count, connector_transformed* out,
                       connector_outcome* outcomes, connector_call* call, F&& f) {
    if (const connector_code code = fault_before(call)) return code;
    auto outputs = std::make_unique<Outputs>();
    for (std::uint32_t i = 0; i < count; ++i) {
      if (chance(context.faults.error))
        outcomes[i].code = CONNECTOR_RETRIABLE;
      else if (!f(in[i], i, *outputs))
        outcomes[i].code = CONNECTOR_REJECTED;
    }
    context.scheduler.point();  // while they are still ours: the process may end here
    out->batch.records = outputs->records.data();
    out->batch.record_count = outputs->records.size();
    out->source_index = outputs->sources.data();
    out->batch.producer_data = outputs.release();
    out->batch.release = release;
    return CONNECTOR_OK;
  }
  // Whoever looks into a released lease finds nothing of use, and a sanitizer finds him.
  static void release(connector_batch* batch) {
    std::unique_ptr<Outputs> outputs(static_cast<Outputs*>(batch->producer_data));
    for (const auto& each : outputs->texts) std::fill(each->begin(), each->end(), '?');
    batch->release = nullptr;
  }
};

void add(Transform::Outputs& outputs, const connector_record& record, std::uint32_t source) {
  outputs.records.push_back(record);
  outputs.sources.push_back(source);
}

bool split(const connector_record& record, std::uint32_t index, Transform::Outputs& outputs) {
  const std::string_view value = text(record.value);
  if (has(value, "\"untransformable\"")) return false;
  if (!is_split(value)) {
    add(outputs, record, index);  // its views look into the input
    return true;
  }
  const std::string_view letters = letters_of(value);
  for (std::size_t i = 0; i < letters.size(); ++i) {
    connector_record part = record;
    part.value = connector::view(
        *outputs.texts.emplace_back(std::make_unique<std::string>(part_of(value, letters[i], i))));
    add(outputs, part, index);
  }
  return true;
}

bool filter(const connector_record& record, std::uint32_t index, Transform::Outputs& outputs) {
  const std::string_view value = text(record.value);
  if (is_part(value, untransformable)) return false;
  if (!is_part(value, filtered)) add(outputs, record, index);
  return true;
}

template <bool (*each)(const connector_record&, std::uint32_t, Transform::Outputs&)>
constexpr connector_transform_ops ops = {
    sizeof(connector_transform_ops), 0, &lifecycle<Transform>,
    [](void* self, const connector_record* in, std::uint64_t count, connector_transformed* out,
       connector_outcome* outcomes, connector_call* call) {
      return of<Transform>(self).apply(in, count, out, outcomes, call, each);
    }};

constexpr connector_component splitter =
    component<Transform, Part::transform>(CONNECTOR_TRANSFORM, "splitter", &ops<split>);
constexpr connector_component filter_component =
    component<Transform, Part::transform>(CONNECTOR_TRANSFORM, "filter", &ops<filter>);

}  // namespace

const connector_component& sim_splitter() {
  return splitter;
}
const connector_component& sim_filter() {
  return filter_component;
}

}  // namespace simulation
