#pragma once
// Identifier: gives an entry its id and its key by the topology's rules, the hash by which it is joined, and that of the key
// whose order is kept.
//
// A record that should have an id and has none becomes rejected, and so does one without a key where the rule demands one.
// The intake thread's own.
#include <optional>
#include <string>

#include "host/pipeline/entry.hpp"
#include "host/pipeline/id_rule.hpp"
#include "host/pipeline/key_rule.hpp"
#include "host/pipeline/task_counters.hpp"

namespace connector_host::pipeline {

class Identifier {
 public:
  // id: nothing: records have none. scope: as IdRule::encode_scope made it.
  Identifier(const std::optional<FieldRule>& id, const KeyRuleSettings& key, std::string_view scope, IntakeCounters& counters);

  // False: it has no id.
  bool identify(Entry& entry);

 private:
  void find_key(Entry& entry);
  static std::uint64_t order_key_of(const Entry& entry, bool has_id);
  void reject(Entry& entry);

  const bool has_ids_, reject_missing_key_;
  RecordFields fields_;  // the id's first, where there is one, then the parts of the key
  const IdRule id_rule_;
  const KeyRule key_rule_;
  std::string why_no_key_;
  IntakeCounters& counters_;
};

}  // namespace connector_host::pipeline
