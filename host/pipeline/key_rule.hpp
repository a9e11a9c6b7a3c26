#pragma once
// KeyRule: makes a record's key of the fields that the topology names. The key decides which worker has the record, so that
// records of one key stay in order, and which partition the sink writes it to.
//
// One field: its text, or the digits of an integer as they are written. Several: a JSON array of strings and integers, in
// their order, so that no two lists of parts look alike. Immutable; any thread.
#include <cstddef>
#include <string>
#include <vector>

#include "host/pipeline/record_fields.hpp"

namespace connector_host::pipeline {

struct KeyRuleSettings {
  std::vector<FieldRule> parts;  // empty: records keep the key that their source gave them
  bool reject_missing = false;   // else a record that lacks a part has no key
};

class KeyRule {
 public:
  static constexpr std::size_t most_parts = 16, longest_key = 4096;

  // first: the field of the first part, the others follow it.
  KeyRule(std::size_t first, std::size_t parts) : first_(first), parts_(parts) {}

  bool is_set() const { return parts_ > 0; }
  // False: a part is missing or the key is too long, and `why` says so.
  bool find(const RecordFields& fields, std::string& key, std::string& why) const;

 private:
  const std::size_t first_, parts_;
};

}  // namespace connector_host::pipeline
