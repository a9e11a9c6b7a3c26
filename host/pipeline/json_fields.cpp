#include "host/pipeline/json_fields.hpp"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace connector_host::pipeline {
namespace {

namespace od = simdjson::ondemand;
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

// "~1" is '/', "~0" is '~'.
std::vector<std::string> tokens_of(const std::string& pointer) {
  if (!pointer.starts_with('/')) throw std::invalid_argument("a JSON pointer begins with '/': " + pointer);
  std::vector<std::string> tokens;
  for (std::size_t at = 1; at <= pointer.size();) {
    const std::size_t end = std::min(pointer.find('/', at), pointer.size());
    std::string token;
    for (std::size_t i = at; i < end; ++i) {
      const bool escaped = pointer[i] == '~' && i + 1 < end && (pointer[i + 1] == '0' || pointer[i + 1] == '1');
      token += escaped ? (pointer[++i] == '1' ? '/' : '~') : pointer[i];
    }
    tokens.push_back(std::move(token));
    at = end + 1;
  }
  return tokens;
}

std::vector<std::vector<std::string>> tokens_of(const std::vector<std::string>& pointers) {
  if (pointers.size() > JsonFields::most_fields) throw std::invalid_argument("more than 32 fields of one value");
  std::vector<std::vector<std::string>> out;
  for (const std::string& each : pointers) out.push_back(tokens_of(each));
  return out;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t digits(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

enum class Number { none, integer, other };

// RFC 8259, section 6: [ minus ] int [ frac ] [ exp ].
Number classify(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const std::size_t whole = digits(text, at);
  if (whole == 0 || (whole > 1 && text[at] == '0')) return Number::none;
  at += whole;
  if (at == text.size()) return Number::integer;
  if (text[at] == '.') {
    const std::size_t fraction = digits(text, at + 1);
    if (fraction == 0) return Number::none;
    at += 1 + fraction;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t exponent = digits(text, at);
    if (exponent == 0) return Number::none;
    at += exponent;
  }
  return at == text.size() ? Number::other : Number::none;
}

// A word that begins like null is null, or the document is not JSON.
simdjson::error_code null_or_error(simdjson::simdjson_result<bool> result) {
  bool is_null = false;
  if (const auto error = std::move(result).get(is_null)) return error;
  return is_null ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
}

std::string_view trimmed(std::string_view token) {
  const std::size_t end = token.find_last_not_of(" \t\r\n");
  return end == std::string_view::npos ? std::string_view() : token.substr(0, end + 1);
}

}  // namespace

// One document. A set of pointers goes down with it: those whose tokens were all matched on the way to a value, one for
// each level, so the level tells how many that were.
class JsonFields::Walk {
 public:
  Walk(const std::vector<std::vector<std::string>>& pointers, std::vector<Field>& fields) : pointers_(pointers), fields_(fields) {}

  std::string run(od::document& document);

 private:
  using Error = simdjson::error_code;
  using Set = std::uint32_t;  // of pointers, a bit each

  template <class F>
  static void each(Set set, F&& with) {
    for (; set != 0; set &= set - 1) with(std::size_t(std::countr_zero(set)));
  }
  Set named_here(Set on_path, std::size_t level) const;
  Set next(Set on_path, std::size_t level, std::string_view token) const;

  Error value(od::value value, Set on_path, std::size_t level);
  Error visit(od::value value, Set on_path, std::size_t level);
  Error object(od::object object, Set on_path, std::size_t level);
  Error array(od::array array, Set on_path, std::size_t level);
  Error string(od::value value, Set wanted);
  Error number(std::string_view token, Set wanted);
  static Error scalar(od::document& document);

  const std::vector<std::vector<std::string>>& pointers_;
  std::vector<Field>& fields_;
  Set twice_ = 0;
};

std::string JsonFields::Walk::run(od::document& document) {
  Error error = simdjson::SUCCESS;
  bool is_scalar = false;
  if ((error = document.is_scalar().get(is_scalar)) == simdjson::SUCCESS) {
    if (is_scalar) {
      error = scalar(document);
    } else {
      od::value root;
      error = document.get_value().get(root);
      const Set all = pointers_.size() == most_fields ? ~Set(0) : (Set(1) << pointers_.size()) - 1;
      if (error == simdjson::SUCCESS) error = value(root, all, 0);
    }
  }
  // At the end there is no location any more (at_end() is missing from simdjson 3.0).
  if (error == simdjson::SUCCESS && document.current_location().error() != simdjson::OUT_OF_BOUNDS) error = simdjson::TRAILING_CONTENT;
  if (error != simdjson::SUCCESS) return std::string("the value is not JSON: ") + simdjson::error_message(error);
  each(twice_, [this](std::size_t i) { fields_[i].kind = Kind::twice; });
  return {};
}

// A document that is one string, number or word: valid JSON without anything a pointer could name.
JsonFields::Walk::Error JsonFields::Walk::scalar(od::document& document) {
  od::json_type type{};
  if (const Error error = document.type().get(type)) return error;
  if (type == od::json_type::string) {
    std::string_view ignored;
    return document.get_string().get(ignored);
  }
  if (type == od::json_type::boolean) {
    bool ignored = false;
    return document.get_bool().get(ignored);
  }
  if (type == od::json_type::null) return null_or_error(document.is_null());
  return simdjson::INCORRECT_TYPE;  // a lone number: no object, and its end is not told apart in every version
}

JsonFields::Walk::Error JsonFields::Walk::value(od::value value, Set on_path, std::size_t level) {
  return level == most_nesting ? simdjson::DEPTH_ERROR : visit(value, on_path, level);
}

JsonFields::Walk::Error JsonFields::Walk::visit(od::value value, Set on_path, std::size_t level) {
  od::json_type type{};
  if (const Error error = value.type().get(type)) return error;
  const Set wanted = named_here(on_path, level);
  each(wanted, [this](std::size_t i) { fields_[i].kind = Kind::other; });
  switch (type) {
    case od::json_type::object: {
      od::object inner;
      if (const Error error = value.get_object().get(inner)) return error;
      return object(inner, on_path & ~wanted, level);
    }
    case od::json_type::array: {
      od::array inner;
      if (const Error error = value.get_array().get(inner)) return error;
      return array(inner, on_path & ~wanted, level);
    }
    case od::json_type::string:
      return string(value, wanted);
    case od::json_type::number:
      return number(trimmed(value.raw_json_token()), wanted);
    case od::json_type::boolean: {
      bool ignored = false;
      return value.get_bool().get(ignored);
    }
    case od::json_type::null:
      return null_or_error(value.is_null());
  }
  return simdjson::INCORRECT_TYPE;
}

JsonFields::Walk::Error JsonFields::Walk::object(od::object object, Set on_path, std::size_t level) {
  Set seen = 0;
  for (auto member : object) {
    od::field field;
    if (const Error error = std::move(member).get(field)) return error;
    std::string_view key;
    if (const Error error = field.unescaped_key().get(key)) return error;
    const Set inner = next(on_path, level, key);
    twice_ |= seen & inner;
    seen |= inner;
    if (const Error error = value(field.value(), inner, level + 1)) return error;
  }
  return simdjson::SUCCESS;
}

JsonFields::Walk::Error JsonFields::Walk::array(od::array array, Set on_path, std::size_t level) {
  std::size_t index = 0;
  for (auto element : array) {
    od::value inner;
    if (const Error error = std::move(element).get(inner)) return error;
    const Set below = on_path == 0 ? 0 : next(on_path, level, std::to_string(index));
    if (const Error error = value(inner, below, level + 1)) return error;
    ++index;
  }
  return simdjson::SUCCESS;
}

JsonFields::Walk::Error JsonFields::Walk::string(od::value value, Set wanted) {
  std::string_view text;
  if (const Error error = value.get_string().get(text)) return error;
  each(wanted, [&](std::size_t i) {
    fields_[i].kind = Kind::string;
    fields_[i].text = text;
  });
  return simdjson::SUCCESS;
}

JsonFields::Walk::Error JsonFields::Walk::number(std::string_view token, Set wanted) {
  const Number found = classify(token);
  if (found == Number::none) return simdjson::NUMBER_ERROR;
  if (found == Number::integer) {
    each(wanted, [&](std::size_t i) {
      fields_[i].kind = Kind::integer;
      fields_[i].text = token;
    });
  }
  return simdjson::SUCCESS;
}

JsonFields::Walk::Set JsonFields::Walk::named_here(Set on_path, std::size_t level) const {
  Set out = 0;
  each(on_path, [&](std::size_t i) { out |= Set(pointers_[i].size() == level) << i; });
  return out;
}

JsonFields::Walk::Set JsonFields::Walk::next(Set on_path, std::size_t level, std::string_view token) const {
  Set out = 0;
  each(on_path, [&](std::size_t i) { out |= Set(pointers_[i][level] == token) << i; });
  return out;
}

struct JsonFields::Parser {
  od::parser parser;
  std::string padded;  // the value and the padding that the parser reads beyond it
};

JsonFields::JsonFields(const std::vector<std::string>& pointers)
    : pointers_(tokens_of(pointers)), fields_(pointers.size()), parser_(std::make_unique<Parser>()) {}

JsonFields::~JsonFields() = default;

// Large documents in a row keep the memory.
void JsonFields::release_large(std::size_t needed) {
  if (parser_->padded.size() <= kept_bytes || needed > kept_bytes) return;
  parser_ = std::make_unique<Parser>();
  fields_.assign(fields_.size(), Field());
}

std::string JsonFields::read(std::string_view value) {
  release_large(value.size() + simdjson::SIMDJSON_PADDING);
  for (Field& each : fields_) each.kind = Kind::missing;
  if (value.starts_with(byte_order_mark)) value.remove_prefix(byte_order_mark.size());
  std::string& padded = parser_->padded;
  if (padded.size() < value.size() + simdjson::SIMDJSON_PADDING) padded.resize(std::max(padded.size() * 2, value.size() + simdjson::SIMDJSON_PADDING));
  if (!value.empty()) std::memcpy(padded.data(), value.data(), value.size());
  std::memset(padded.data() + value.size(), ' ', simdjson::SIMDJSON_PADDING);
  od::document document;
  if (const auto error = parser_->parser.iterate(padded.data(), value.size(), padded.size()).get(document))
    return std::string("the value is not JSON: ") + simdjson::error_message(error);
  return Walk(pointers_, fields_).run(document);
}

}  // namespace connector_host::pipeline
