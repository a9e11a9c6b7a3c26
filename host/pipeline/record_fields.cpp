#include "host/pipeline/record_fields.hpp"

#include <utility>

#include "connector/view.hpp"
#include "host/pipeline/content_encoding.hpp"

namespace connector_host::pipeline {

RecordFields::RecordFields(std::vector<FieldRule> rules) : rules_(std::move(rules)) {
  std::vector<std::string> pointers;
  for (const FieldRule& rule : rules_) {
    json_index_.push_back(pointers.size());
    if (rule.from == FieldRule::From::json) pointers.push_back(rule.argument);
  }
  if (!pointers.empty()) json_.emplace(pointers);
}

void RecordFields::read(const connector_record& record, std::string_view value, const std::string& why) {
  record_ = &record;
  if (!json_) return;
  not_json_ = json_->read(value);
  if (not_json_.empty()) return;
  if (!why.empty()) {
    not_json_ = why;
  } else if (const std::string_view coding = ContentEncoding::resembled_by(value); !coding.empty()) {
    not_json_ += " (it begins like " + std::string(coding) + ", and no header names that encoding)";
  }
}

RecordFields::Field RecordFields::field(std::size_t index, std::string& why) const {
  const FieldRule& rule = rules_[index];
  switch (rule.from) {
    case FieldRule::From::json:
      return of_json(index, why);
    case FieldRule::From::header:
      return of_header(rule.argument, why);
    case FieldRule::From::message_id:
      return of_view(record_->id, "message id", why);
    case FieldRule::From::key:
      return of_view(record_->key, "key", why);
    case FieldRule::From::route:
      return of_view(record_->origin ? record_->origin->route : connector::null_view(), "routing key", why);
    case FieldRule::From::constant:
      return {Type::string, rule.argument};
  }
  return {};
}

RecordFields::Field RecordFields::of_json(std::size_t index, std::string& why) const {
  if (!not_json_.empty()) {
    why = not_json_;
    return {};
  }
  const std::string& pointer = rules_[index].argument;
  const JsonFields::Field& found = json_->field(json_index_[index]);
  switch (found.kind) {
    case JsonFields::Kind::string:
      return {Type::string, found.text};
    case JsonFields::Kind::integer:
      return {Type::integer, found.text};
    case JsonFields::Kind::missing:
      why = "the value has no " + pointer;
      break;
    case JsonFields::Kind::other:
      why = pointer + " is neither a string nor an integer";
      break;
    case JsonFields::Kind::twice:
      why = "the value has a key of " + pointer + " twice";
      break;
  }
  return {};
}

RecordFields::Field RecordFields::of_header(const std::string& name, std::string& why) const {
  for (std::uint64_t i = 0; i < record_->header_count; ++i) {
    const connector_header& header = record_->headers[i];
    if (connector::text(header.name) != name) continue;
    if (header.type != CONNECTOR_BYTES && header.type != CONNECTOR_TEXT && header.type != CONNECTOR_INT64) {
      why = "header " + name + " is neither text nor an integer";
      return {};
    }
    return {header.type == CONNECTOR_INT64 ? Type::integer : Type::string, connector::text(header.value)};
  }
  why = "there is no header " + name;
  return {};
}

RecordFields::Field RecordFields::of_view(connector_view view, const char* what, std::string& why) {
  if (!connector::is_null(view)) return {Type::string, connector::text(view)};
  why = std::string("the record has no ") + what;
  return {};
}

}  // namespace connector_host::pipeline
