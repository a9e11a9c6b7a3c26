#pragma once
// RecordFields: reads what the rules of a connector refer to, out of one record: for its id, and for its key.
//
// The value is parsed once for all of them, and only where a rule names a JSON pointer. Not thread-safe: the intake
// thread's own, because it keeps the parser's memory.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connector/abi.h"
#include "host/pipeline/json_fields.hpp"

namespace connector_host::pipeline {

struct FieldRule {
  enum class From { json, header, message_id, key, route, constant };
  From from = From::json;
  std::string argument;  // JSON pointer (RFC 6901), header name, or the constant
};

class RecordFields {
 public:
  enum class Type { none, string, integer };
  struct Field {
    Type type = Type::none;
    std::string_view text;  // valid until the next read(), and as long as the record
  };

  explicit RecordFields(std::vector<FieldRule> rules);

  bool read_json() const { return json_.has_value(); }
  // The record is borrowed until the next call. value: of the record, decoded. why: what makes it
  // unreadable, should it not be JSON; empty: nothing is known.
  void read(const connector_record& record, std::string_view value, const std::string& why);
  // By the place of its rule. none: there is none, and `why` says what is wrong.
  Field field(std::size_t index, std::string& why) const;

 private:
  Field of_json(std::size_t index, std::string& why) const;
  Field of_header(const std::string& name, std::string& why) const;
  static Field of_view(connector_view view, const char* what, std::string& why);

  const std::vector<FieldRule> rules_;
  std::vector<std::size_t> json_index_;  // by rule: its field of json_
  std::optional<JsonFields> json_;       // nothing: no rule needs it
  std::string not_json_;                 // why the value of this record is none
  const connector_record* record_ = nullptr;
};

}  // namespace connector_host::pipeline
