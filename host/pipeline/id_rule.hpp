#pragma once
// IdRule: makes a record's id of the field that the topology names, and says what is wrong when there is none to be had.
//
// Two ids are the same only when they have the same JSON type and the same bytes: nothing is trimmed, folded or
// normalised, because merging two distinct ids would be a loss. So the id that goes to the dedup store tells an integer
// from a string: an integer is "#" and its digits as written, a string that begins with "#" gets another one in front,
// every other string is its own bytes. The scope and ':' stand before it, unless the scope is empty.
//
// A JSON value is read whole (RFC 8259): what is not JSON, or has the id's key twice, has no id. Immutable; any thread.
#include <string>
#include <string_view>

#include "host/pipeline/record_fields.hpp"

namespace connector_host::pipeline {

class IdRule {
 public:
  static constexpr std::size_t longest_id = 512;

  // scope: as encode_scope made it.
  explicit IdRule(std::string_view scope);

  // index: of the field. Puts scope and id into `scoped` and returns where the id itself begins in it, or sets `why` and
  // returns npos.
  std::size_t find(const RecordFields& fields, std::size_t index, std::string& scoped, std::string& why) const;

  // ':' ends a scope, so one within it is written %3A, and '%' %25: no two pairs of scope and id look alike.
  static std::string encode_scope(std::string_view scope);

 private:
  static bool usable(std::string_view id, std::string& why);

  const std::string prefix_;  // "scope:" or empty
};

}  // namespace connector_host::pipeline
