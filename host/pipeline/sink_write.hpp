#pragma once
// SinkWrite: one write to a sink, and what its breaker is to know of it: a sink that answers "later" for every record is as
// good as unavailable. Keeps the outcomes until the next write. One lane's own.
#include <span>
#include <vector>

#include "host/plugin/sink_handle.hpp"

namespace connector_host::pipeline {

class SinkWrite {
 public:
  plugin::CallResult write(plugin::SinkHandle& sink, std::span<const connector_record> records, plugin::Call& call);
  // The latest write failed as a whole, by the sink's own word: what its outcomes say is not about single records.
  bool failed_as_a_whole() const { return failed_as_a_whole_; }
  // Of the latest write, one for each record.
  const std::vector<connector_outcome>& outcomes() const { return outcomes_; }

 private:
  std::vector<connector_outcome> outcomes_;
  bool failed_as_a_whole_ = false;
};

}  // namespace connector_host::pipeline
