#pragma once
// Identifier: gives an entry its id and its key by the topology's rules, the hash by which it is
// joined, and its order key: entries with one order key are delivered in the order in which they
// arrived.
//
// A record that should have an id and has none becomes rejected, and so does one without a key where
// the rule demands one, and one that the source marks as unreadable, whatever the rules are.
// The rules read a value without its content encoding; with `decode` the entry gets it so, and a
// value that cannot be decoded rejects its record. The intake thread's own.
#include <optional>
#include <string>
#include <utility>

#include "host/pipeline/entry.hpp"
#include "host/pipeline/id_rule.hpp"
#include "host/pipeline/key_rule.hpp"
#include "host/pipeline/ordering.hpp"
#include "host/pipeline/scrub.hpp"
#include "host/pipeline/task_counters.hpp"
#include "host/pipeline/value_decoder.hpp"

namespace connector_host::pipeline {

class Identifier {
 public:
  // id: nothing: records have none. scope: as IdRule::encode_scope made it. scrub: for the reasons that a
  // source gives.
  Identifier(const std::optional<FieldRule>& id, const KeyRuleSettings& key, Ordering ordering, std::string_view scope, Scrub scrub, IntakeCounters& counters,
             const DecodeSettings& decode = {});

  // False: it has no id.
  bool identify(Entry& entry);

 private:
  void find_key(Entry& entry);
  std::uint64_t order_group_of(const connector_record& record) const;
  static std::uint64_t order_key_of(const Entry& entry, bool has_id);
  std::size_t find_id_and_key(Entry& entry);
  void reject_unreadable(Entry& entry);
  void reject(Entry& entry, const char* stage, IntakeCount counted_as);

  const bool has_ids_, reject_missing_key_;
  const Ordering ordering_;
  RecordFields fields_;  // the id's first, where there is one, then the parts of the key
  const bool decodes_for_sink_, reads_values_;
  ValueDecoder values_;
  const IdRule id_rule_;
  const KeyRule key_rule_;
  std::string why_no_key_;
  const Scrub scrub_;
  IntakeCounters& counters_;
};

}  // namespace connector_host::pipeline
