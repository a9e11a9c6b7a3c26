#pragma once
// IdRule: finds a record's id by the topology's rule, and says what is wrong when there is none to be had.
//
// Two ids are the same only when they have the same JSON type and the same bytes: nothing is trimmed, folded or
// normalised, because merging two distinct ids would be a loss. So the id that goes to the dedup store tells an integer
// from a string: an integer is "#" and its digits as written, a string that begins with "#" gets another one in front,
// every other string is its own bytes. The scope and ':' stand before it, unless the scope is empty.
//
// A JSON value is read whole (RFC 8259): what is not JSON, or has the id's key twice, has no id. Not thread-safe: the
// intake thread's own, because it keeps the parser's memory.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connector/abi.h"

namespace connector_host::pipeline {

struct IdRuleSettings {
  enum class From { none, json, header, message_id, key };
  From from = From::json;
  std::string argument = "/event_id";  // JSON pointer (RFC 6901) or header name
};

class IdRule {
 public:
  static constexpr std::size_t longest_id = 512;

  // scope: as encode_scope made it.
  IdRule(IdRuleSettings settings, std::string_view scope);
  ~IdRule();

  // Puts scope and id into `scoped` and returns where the id itself begins in it, or sets `why` and returns npos. With
  // From::none it returns npos and leaves `why` empty.
  std::size_t find(const connector_record& record, std::string& scoped, std::string& why);

  // ':' ends a scope, so one within it is written %3A, and '%' %25: no two pairs of scope and id look alike.
  static std::string encode_scope(std::string_view scope);

 private:
  enum class Type { none, string, integer };
  struct Found {
    Type type = Type::none;
    std::string_view text;
  };

  Found from_json(std::string_view value, std::string& why);
  Found from_header(const connector_record& record, std::string& why) const;
  static Found from_view(connector_view view, const char* what, std::string& why);
  bool usable(const Found& found, std::string& why) const;

  const IdRuleSettings settings_;
  const std::string prefix_;                // "scope:" or empty
  const std::vector<std::string> pointer_;  // the pointer's tokens, unescaped
  struct Json;                              // the parser and its memory
  std::unique_ptr<Json> json_;
  std::string text_;  // the id just found
};

}  // namespace connector_host::pipeline
