#include "host/pipeline/id_rule.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "connector/view.hpp"
#include "host/pipeline/json_id.hpp"

namespace connector_host::pipeline {
namespace {

using From = IdRuleSettings::From;

// RFC 6901: tokens after '/', "~1" is '/', "~0" is '~'.
std::vector<std::string> tokens_of(const IdRuleSettings& settings) {
  std::vector<std::string> tokens;
  if (settings.from != From::json) return tokens;
  const std::string& pointer = settings.argument;
  if (!pointer.starts_with('/')) throw std::invalid_argument("a JSON pointer begins with '/': " + pointer);
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

}  // namespace

std::string IdRule::encode_scope(std::string_view scope) {
  std::string encoded;
  for (const char c : scope) {
    if (c == ':')
      encoded += "%3A";
    else if (c == '%')
      encoded += "%25";
    else
      encoded += c;
  }
  return encoded;
}

struct IdRule::Json {
  simdjson::ondemand::parser parser;
  std::string padded;  // the value and the padding that the parser reads beyond it
};

IdRule::IdRule(IdRuleSettings settings, std::string_view scope)
    : settings_(std::move(settings)),
      prefix_(scope.empty() ? std::string() : std::string(scope) + ":"),
      pointer_(tokens_of(settings_)),
      json_(std::make_unique<Json>()) {}

IdRule::~IdRule() = default;

std::size_t IdRule::find(const connector_record& record, std::string& scoped, std::string& why) {
  scoped.clear();
  why.clear();
  Found found;
  switch (settings_.from) {
    case From::none:
      return std::string::npos;
    case From::json:
      found = from_json(connector::text(record.value), why);
      break;
    case From::header:
      found = from_header(record, why);
      break;
    case From::message_id:
      found = from_view(record.id, "message id", why);
      break;
    case From::key:
      found = from_view(record.key, "key", why);
      break;
  }
  if (!why.empty() || !usable(found, why)) return std::string::npos;
  scoped = prefix_;
  if (found.type == Type::integer || found.text.front() == '#') scoped += '#';
  const std::size_t at = scoped.size();
  scoped += found.text;
  return at;
}

bool IdRule::usable(const Found& found, std::string& why) const {
  if (found.text.empty()) why = "the id is empty";
  if (found.text.size() > longest_id) why = "the id has " + std::to_string(found.text.size()) + " bytes, more than " + std::to_string(longest_id);
  return why.empty();
}

IdRule::Found IdRule::from_json(std::string_view value, std::string& why) {
  std::string& padded = json_->padded;
  if (padded.size() < value.size() + simdjson::SIMDJSON_PADDING) padded.resize(std::max(padded.size() * 2, value.size() + simdjson::SIMDJSON_PADDING));
  if (!value.empty()) std::memcpy(padded.data(), value.data(), value.size());
  std::memset(padded.data() + value.size(), ' ', simdjson::SIMDJSON_PADDING);
  simdjson::ondemand::document document;
  if (const auto error = json_->parser.iterate(padded.data(), value.size(), padded.size()).get(document)) {
    why = std::string("the value is not JSON: ") + simdjson::error_message(error);
    return {};
  }
  JsonId walker(pointer_, text_);
  why = walker.walk(document);
  if (!why.empty()) return {};
  switch (walker.kind()) {
    case JsonId::Kind::string:
      return {Type::string, text_};
    case JsonId::Kind::integer:
      return {Type::integer, text_};
    case JsonId::Kind::missing:
      why = "the value has no " + settings_.argument;
      break;
    case JsonId::Kind::other:
      why = settings_.argument + " is neither a string nor an integer";
      break;
  }
  return {};
}

IdRule::Found IdRule::from_header(const connector_record& record, std::string& why) const {
  for (std::uint64_t i = 0; i < record.header_count; ++i) {
    const connector_header& header = record.headers[i];
    if (connector::text(header.name) != settings_.argument) continue;
    if (header.type != CONNECTOR_BYTES && header.type != CONNECTOR_TEXT && header.type != CONNECTOR_INT64) {
      why = "header " + settings_.argument + " is neither text nor an integer";
      return {};
    }
    return {header.type == CONNECTOR_INT64 ? Type::integer : Type::string, connector::text(header.value)};
  }
  why = "there is no header " + settings_.argument;
  return {};
}

IdRule::Found IdRule::from_view(connector_view view, const char* what, std::string& why) {
  if (connector::is_null(view)) why = std::string("the record has no ") + what;
  return {Type::string, connector::text(view)};
}

}  // namespace connector_host::pipeline
