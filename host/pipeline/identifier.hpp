#pragma once
// Identifier: gives an entry its id by the topology's rule, the hash by which it is joined, and the key whose order is kept.
//
// A record that should have an id and has none becomes rejected. The intake thread's own.
#include <string>

#include "host/pipeline/entry.hpp"
#include "host/pipeline/id_rule.hpp"
#include "host/pipeline/task_counters.hpp"

namespace connector_host::pipeline {

class Identifier {
 public:
  Identifier(const IdRuleSettings& settings, std::string_view scope, IntakeCounters& counters) : rule_(settings, scope), counters_(counters) {}

  // False: it has no id.
  bool identify(Entry& entry);

 private:
  void reject(Entry& entry);

  IdRule rule_;
  IntakeCounters& counters_;
};

}  // namespace connector_host::pipeline
