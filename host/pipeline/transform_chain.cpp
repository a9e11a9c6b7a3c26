#include "host/pipeline/transform_chain.hpp"

#include <algorithm>
#include <utility>

#include "host/pipeline/transitions.hpp"

namespace connector_host::pipeline {
namespace {

// An output whose input cannot be told is a record that would be lost.
bool in_order(const connector_transformed& out, std::size_t inputs) {
  if (out.batch.record_count == 0) return true;
  if (!out.source_index || !out.batch.records) return false;
  const auto* const end = out.source_index + out.batch.record_count;
  return std::is_sorted(out.source_index, end) && end[-1] < inputs;
}

}  // namespace

std::optional<TransformChain::Failure> TransformChain::apply(std::span<Entry* const> inputs) {
  clear();
  for (Entry* entry : inputs) {
    records_.push_back(entry->record);
    sources_.push_back(entry);
  }
  for (std::size_t place = 0; place < transforms_.size(); ++place) {
    if (records_.empty()) break;
    if (const auto failure = apply_one(place)) {
      clear();
      return failure;
    }
  }
  return std::nullopt;
}

std::optional<TransformChain::Failure> TransformChain::apply_one(std::size_t place) {
  TransformCounters& counters = counters_[place];
  outcomes_.resize(records_.size());
  connector_transformed out{};
  plugin::Call call(timeout_);
  const world::Time begun = world_.now();
  const auto apply = [&](plugin::TransformHandle& handle) {
    plugin::CallResult result = handle.apply(records_, out, outcomes_, call);
    if (result.ok() && !in_order(out, records_.size()))
      result = {CONNECTOR_FATAL, {}, "its source_index is missing, out of order or out of range: a fault of the plugin"};
    return result;
  };
  const auto result = transforms_[place]->call(apply, Transitions::attempt(sources_));
  if (out.batch.release) leases_.push_back(out.batch);  // whatever the result: it is ours to release
  if (result) {
    const CallTimes times{begun, world_.now()};
    counters.seconds.observe(std::chrono::duration<double>(times.ended - begun).count());
    tracing_.transformed(place, sources_, times);
  }
  if (!result) return Failure{.called = false};
  if (!result->ok()) {
    counters.failed.add(records_.size());
    return Failure{.called = true, .result = *result};
  }
  take_outputs(out, outcomes_, call, counters);
  return std::nullopt;
}

void TransformChain::take_outputs(const connector_transformed& out, std::span<const connector_outcome> outcomes, const plugin::Call& call,
                                  TransformCounters& counters) {
  std::vector<connector_record> records;
  std::vector<Entry*> sources;
  std::uint64_t next = 0;
  for (std::size_t input = 0; input < outcomes.size(); ++input) {
    const std::uint64_t first = next;
    while (next < out.batch.record_count && out.source_index[next] == input) {
      if (outcomes[input].code == CONNECTOR_OK) {
        records.push_back(out.batch.records[next]);
        records.back().id = records_[input].id;
        records.back().position = records_[input].position;
        records.back().origin = nullptr;
        records.back().order = records_[input].order;
        records.back().flags |= records_[input].flags & CONNECTOR_KEYED_BY_RULE;
        sources.push_back(sources_[input]);
      }
      ++next;
    }
    (outcomes[input].code != CONNECTOR_OK ? counters.failed : next == first ? counters.filtered : counters.passed).add();
    if (outcomes[input].code != CONNECTOR_OK || next == first) fates_.push_back({sources_[input], outcomes[input], std::string(call.reason(input))});
  }
  records_ = std::move(records);
  sources_ = std::move(sources);
}

void TransformChain::forget(const Entry& entry) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < records_.size(); ++i) {
    if (sources_[i] == &entry) continue;
    records_[kept] = records_[i];
    sources_[kept++] = sources_[i];
  }
  records_.resize(kept);
  sources_.resize(kept);
}

bool TransformChain::has_output(const Entry& entry) const {
  return std::find(sources_.begin(), sources_.end(), &entry) != sources_.end();
}

void TransformChain::clear() {
  // The last transform's lease may look into the one before it.
  for (; !leases_.empty(); leases_.pop_back()) leases_.back().release(&leases_.back());
  records_.clear();
  sources_.clear();
  fates_.clear();
}

}  // namespace connector_host::pipeline
