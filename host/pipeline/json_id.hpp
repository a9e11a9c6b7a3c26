#pragma once
// JsonId: walks one JSON document and picks the value that a pointer names, while it validates all of it.
//
// On demand parsing alone would accept what it never looks at, and would not see a key that stands twice. So every value
// is visited: strings are decoded, numbers and words checked by RFC 8259's grammar. Numbers keep their bytes, so that an
// id of thirty digits, or -0, stays what it is. What is nested deeper than most_nesting is refused, so that a message made
// of brackets cannot use up the stack.
#include <simdjson.h>

#include <string>
#include <string_view>
#include <vector>

namespace connector_host::pipeline {

class JsonId {
 public:
  enum class Kind { missing, string, integer, other };
  static constexpr std::size_t most_nesting = 512;  // below the parser's own limit of 1024

  // text gets what the pointer found, and keeps its memory from one document to the next.
  JsonId(const std::vector<std::string>& pointer, std::string& text) : pointer_(pointer), text_(text) {}

  // Empty: the document is JSON, and kind() says what the pointer found. Otherwise why it is refused.
  std::string walk(simdjson::ondemand::document& document);
  Kind kind() const { return kind_; }

 private:
  using Error = simdjson::error_code;
  // depth: how many tokens of the pointer the path to this value has matched, or off_path.
  Error value(simdjson::ondemand::value value, std::size_t depth);
  Error visit(simdjson::ondemand::value value, std::size_t depth);
  Error object(simdjson::ondemand::object object, std::size_t depth);
  Error array(simdjson::ondemand::array array, std::size_t depth);
  Error string(simdjson::ondemand::value value, bool wanted);
  Error number(std::string_view token, bool wanted);
  Error scalar(simdjson::ondemand::document& document);
  bool wanted(std::size_t depth) const { return depth == pointer_.size(); }
  std::size_t next_depth(std::size_t depth, std::string_view token) const;

  const std::vector<std::string>& pointer_;
  Kind kind_ = Kind::missing;
  std::string& text_;
  bool twice_ = false;
  std::size_t nesting_ = 0;
};

}  // namespace connector_host::pipeline
