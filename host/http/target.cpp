#include "host/http/target.hpp"

#include <algorithm>

namespace connector_host::http {
namespace {

enum class Plus { itself, space };
enum class Slash { decoded, left };

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

std::optional<char> unescaped(std::string_view escape) {
  if (escape.size() < 3) return std::nullopt;
  const int high = hex_value(escape[1]), low = hex_value(escape[2]);
  if (high < 0 || low < 0) return std::nullopt;
  return static_cast<char>(high * 16 + low);
}

std::optional<std::string> decode(std::string_view text, Plus plus, Slash slash = Slash::decoded) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const auto decoded = unescaped(text.substr(i));
      if (!decoded) return std::nullopt;
      i += 2;
      if (*decoded == '/' && slash == Slash::left) {
        out += "%2F";
        continue;
      }
      c = *decoded;
    } else if (c == '+' && plus == Plus::space) {
      c = ' ';
    }
    if (is_control(c)) return std::nullopt;
    out += c;
  }
  return out;
}

// A trailing slash begins no segment of its own; an empty one in the middle is one.
std::optional<std::vector<std::string>> decode_segments(std::string_view path) {
  std::vector<std::string> segments;
  for (std::size_t from = 1; from < path.size();) {
    const std::size_t end = std::min(path.find('/', from), path.size());
    auto segment = decode(path.substr(from, end - from), Plus::itself);
    if (!segment) return std::nullopt;
    segments.push_back(*std::move(segment));
    from = end + 1;
  }
  return segments;
}

// "http://host:1/path" is what a client sends through a proxy; every server has to take it (RFC 9112, 3.2.2).
std::string_view without_authority(std::string_view text) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!text.starts_with(scheme)) continue;
    text.remove_prefix(scheme.size());
    const std::size_t end = std::min(text.find_first_of("/?"), text.size());
    return text.substr(end);
  }
  return text;
}

std::optional<Query> parse_query(std::string_view text) {
  Query query;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto name = decode(pair.substr(0, equals), Plus::space);
    const auto value = decode(pair.substr(std::min(equals + 1, pair.size())), Plus::space);
    if (!name || !value) return std::nullopt;
    query.emplace(*name, *value);
  }
  return query;
}

}  // namespace

std::optional<Target> parse_target(std::string_view text) {
  if (text == "*") return Target{"*", {"*"}, {}};
  const std::string_view local = without_authority(text);
  const bool absolute = local.size() != text.size();
  const std::size_t mark = std::min(local.find('?'), local.size());
  const std::string_view path = local.substr(0, mark);
  if (local.find('#') != local.npos || (path.empty() ? !absolute : path.front() != '/')) return std::nullopt;
  auto decoded = decode(path.empty() ? "/" : path, Plus::itself, Slash::left);
  auto segments = decode_segments(path);
  auto query = parse_query(local.substr(std::min(mark + 1, local.size())));
  if (!decoded || !segments || !query) return std::nullopt;
  return Target{*std::move(decoded), *std::move(segments), *std::move(query)};
}

}  // namespace connector_host::http
