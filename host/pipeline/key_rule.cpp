#include "host/pipeline/key_rule.hpp"

namespace connector_host::pipeline {
namespace {

// RFC 8259, section 7: only these have to be escaped. Bytes that are not UTF-8 stay what they are: it is a key.
void append_json_string(std::string_view text, std::string& out) {
  static constexpr char digits[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (byte < 0x20) {
      out += "\\u00";
      out += {digits[byte >> 4], digits[byte & 15]};
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

bool KeyRule::find(const RecordFields& fields, std::string& key, std::string& why) const {
  key.clear();
  why.clear();
  const bool is_list = parts_ > 1;
  for (std::size_t i = 0; i < parts_; ++i) {
    const RecordFields::Field part = fields.field(first_ + i, why);
    if (!why.empty()) return false;
    if (is_list) key += i == 0 ? '[' : ',';
    if (is_list && part.type == RecordFields::Type::string)
      append_json_string(part.text, key);
    else
      key += part.text;
  }
  if (is_list) key += ']';
  if (key.size() > longest_key) why = "the key has " + std::to_string(key.size()) + " bytes, more than " + std::to_string(longest_key);
  return why.empty();
}

}  // namespace connector_host::pipeline
