#include "host/pipeline/json_id.hpp"

#include <limits>
#include <utility>

namespace connector_host::pipeline {
namespace {

namespace od = simdjson::ondemand;
constexpr std::size_t off_path = std::numeric_limits<std::size_t>::max();

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

std::string JsonId::walk(od::document& document) {
  Error error = simdjson::SUCCESS;
  bool is_scalar = false;
  if ((error = document.is_scalar().get(is_scalar)) == simdjson::SUCCESS) {
    if (is_scalar) {
      error = scalar(document);
    } else {
      od::value root;
      error = document.get_value().get(root);
      if (error == simdjson::SUCCESS) error = value(root, 0);
    }
  }
  // At the end there is no location any more (at_end() is missing from simdjson 3.0).
  if (error == simdjson::SUCCESS && document.current_location().error() != simdjson::OUT_OF_BOUNDS) error = simdjson::TRAILING_CONTENT;
  if (error != simdjson::SUCCESS) return std::string("the value is not JSON: ") + simdjson::error_message(error);
  if (twice_) return "the value has the key of its id twice";
  return {};
}

// A document that is one string, number or word: valid JSON without anything a pointer could name.
JsonId::Error JsonId::scalar(od::document& document) {
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

JsonId::Error JsonId::value(od::value value, std::size_t depth) {
  if (nesting_ == most_nesting) return simdjson::DEPTH_ERROR;
  ++nesting_;
  const Error error = visit(value, depth);
  --nesting_;
  return error;
}

JsonId::Error JsonId::visit(od::value value, std::size_t depth) {
  od::json_type type{};
  if (const Error error = value.type().get(type)) return error;
  const bool is_wanted = wanted(depth);
  if (is_wanted) kind_ = Kind::other;
  switch (type) {
    case od::json_type::object: {
      od::object inner;
      if (const Error error = value.get_object().get(inner)) return error;
      return object(inner, depth);
    }
    case od::json_type::array: {
      od::array inner;
      if (const Error error = value.get_array().get(inner)) return error;
      return array(inner, depth);
    }
    case od::json_type::string:
      return string(value, is_wanted);
    case od::json_type::number:
      return number(trimmed(value.raw_json_token()), is_wanted);
    case od::json_type::boolean: {
      bool ignored = false;
      return value.get_bool().get(ignored);
    }
    case od::json_type::null:
      return null_or_error(value.is_null());
  }
  return simdjson::INCORRECT_TYPE;
}

JsonId::Error JsonId::object(od::object object, std::size_t depth) {
  bool seen = false;
  for (auto member : object) {
    od::field field;
    if (const Error error = std::move(member).get(field)) return error;
    std::string_view key;
    if (const Error error = field.unescaped_key().get(key)) return error;
    const std::size_t inner = next_depth(depth, key);
    if (inner != off_path) {
      if (seen) twice_ = true;
      seen = true;
    }
    if (const Error error = value(field.value(), inner)) return error;
  }
  return simdjson::SUCCESS;
}

JsonId::Error JsonId::array(od::array array, std::size_t depth) {
  std::size_t index = 0;
  for (auto element : array) {
    od::value inner;
    if (const Error error = std::move(element).get(inner)) return error;
    const bool on_path = depth != off_path && depth < pointer_.size();
    const std::size_t inner_depth = on_path ? next_depth(depth, std::to_string(index)) : off_path;
    if (const Error error = value(inner, inner_depth)) return error;
    ++index;
  }
  return simdjson::SUCCESS;
}

JsonId::Error JsonId::string(od::value value, bool is_wanted) {
  std::string_view text;
  if (const Error error = value.get_string().get(text)) return error;
  if (is_wanted) {
    kind_ = Kind::string;
    text_ = text;
  }
  return simdjson::SUCCESS;
}

JsonId::Error JsonId::number(std::string_view token, bool is_wanted) {
  const Number found = classify(token);
  if (found == Number::none) return simdjson::NUMBER_ERROR;
  if (is_wanted && found == Number::integer) {
    kind_ = Kind::integer;
    text_ = token;
  }
  return simdjson::SUCCESS;
}

std::size_t JsonId::next_depth(std::size_t depth, std::string_view token) const {
  if (depth >= pointer_.size() || pointer_[depth] != token) return off_path;  // also when depth is off_path
  return depth + 1;
}

}  // namespace connector_host::pipeline
