#include "plugins/redis/key_template.hpp"

#include <connector/error.hpp>

namespace connector_host_plugins::redis {
namespace {

constexpr std::string_view placeholder = "{id}";

// What Redis' stringmatchlen gives a meaning to.
std::string escape_glob(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("*?[]\\^-").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

KeyTemplate::KeyTemplate(std::string_view text) {
  const std::size_t at = text.find(placeholder);
  if (at == std::string_view::npos || text.find(placeholder, at + 1) != std::string_view::npos) {
    throw connector::bad_config("option 'key_template' is " + in_quotes(text) +
                                ": it must contain {id} exactly once, as in connector-host:{id}");
  }
  before_ = text.substr(0, at);
  after_ = text.substr(at + placeholder.size());
}

std::string KeyTemplate::key(std::string_view id) const {
  return before_ + std::string(id) + after_;
}

std::string KeyTemplate::pattern(std::string_view scope) const {
  const std::string start = scope.empty() ? before_ : before_ + std::string(scope) + ":";
  if (start.empty() && after_.empty()) {
    throw connector::bad_config(
        "cannot forget the ids: with key_template {id} and no dedup scope that would delete every "
        "key of the database");
  }
  return escape_glob(start) + "*" + escape_glob(after_);
}

std::string in_quotes(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out = "'";
  for (const char c : bytes.substr(0, 100)) {
    if (c >= ' ' && c <= '~') {
      out += c;
    } else {
      out += {'\\', 'x', digits[static_cast<unsigned char>(c) >> 4], digits[c & 15]};
    }
  }
  return out + (bytes.size() > 100 ? "…'" : "'");
}

}  // namespace connector_host_plugins::redis
