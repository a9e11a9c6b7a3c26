#pragma once
// JsonFields: validates one JSON document and picks the values that some pointers name, in one pass.
//
// On demand parsing alone would accept what it never looks at, and would not see a key that stands twice. So every value
// is visited: strings are decoded, numbers and words checked by RFC 8259's grammar. Numbers keep their bytes, so that an
// id of thirty digits, or -0, stays what it is. What is nested deeper than most_nesting is refused, so that a message made
// of brackets cannot use up the stack. A byte order mark before the document is skipped (RFC 8259, section 8.1).
// Not thread-safe: it keeps the parser's memory and that of the fields from one document to the
// next; beyond what kept_bytes of a document need, until the next smaller one.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace connector_host::pipeline {

class JsonFields {
 public:
  enum class Kind { missing, string, integer, other, twice };
  struct Field {
    Kind kind = Kind::missing;
    std::string text;  // of a string, decoded, or of an integer, as it is written
  };
  static constexpr std::size_t kept_bytes = 1u << 20;
  static constexpr std::size_t most_fields = 32, most_nesting = 512;  // nesting: below the parser's own limit of 1024

  // pointers: RFC 6901, at most most_fields. Throws std::invalid_argument for one that is none.
  explicit JsonFields(const std::vector<std::string>& pointers);
  ~JsonFields();

  // Empty: the value is JSON, and the fields say what the pointers found. Otherwise why it is refused.
  std::string read(std::string_view value);
  const Field& field(std::size_t index) const { return fields_[index]; }

 private:
  class Walk;
  void release_large(std::size_t needed);
  struct Parser;

  const std::vector<std::vector<std::string>> pointers_;  // their tokens, unescaped
  std::vector<Field> fields_;
  std::unique_ptr<Parser> parser_;
};

}  // namespace connector_host::pipeline
