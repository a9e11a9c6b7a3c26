#include "host/pipeline/id_rule.hpp"

namespace connector_host::pipeline {

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

IdRule::IdRule(std::string_view scope) : prefix_(scope.empty() ? std::string() : std::string(scope) + ":") {}

std::size_t IdRule::find(const RecordFields& fields, std::size_t index, std::string& scoped, std::string& why) const {
  scoped.clear();
  why.clear();
  const RecordFields::Field found = fields.field(index, why);
  if (!why.empty() || !usable(found.text, why)) return std::string::npos;
  scoped = prefix_;
  if (found.type == RecordFields::Type::integer || found.text.front() == '#') scoped += '#';
  const std::size_t at = scoped.size();
  scoped += found.text;
  return at;
}

bool IdRule::usable(std::string_view id, std::string& why) {
  if (id.empty()) why = "the id is empty";
  if (id.size() > longest_id) why = "the id has " + std::to_string(id.size()) + " bytes, more than " + std::to_string(longest_id);
  return why.empty();
}

}  // namespace connector_host::pipeline
