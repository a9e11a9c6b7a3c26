#include "host/http/response_text.hpp"

#include <ostream>  // first: status.hpp of Boost 1.74 leaves it out

#include <algorithm>
#include <array>
#include <boost/beast/http/status.hpp>
#include <cstdio>
#include <string_view>

namespace connector_host::http {
namespace {

bool is_token_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_value_letter(char c) {
  return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

bool can_be_sent(const std::string& name, const std::string& value) {
  return !name.empty() && std::all_of(name.begin(), name.end(), is_token_letter) && std::all_of(value.begin(), value.end(), is_value_letter);
}

// RFC 9110, 5.6.7; strftime would take the names from the locale.
std::string http_date(std::time_t now) {
  static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT", days[utc.tm_wday], utc.tm_mday, months[utc.tm_mon], utc.tm_year + 1900,
                utc.tm_hour, utc.tm_min, utc.tm_sec);
  return text.data();
}

std::string status_line(int status) {
  namespace beast_http = boost::beast::http;
  const auto reason = beast_http::obsolete_reason(beast_http::int_to_status(unsigned(status)));
  return "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason.data(), reason.size()) + "\r\n";
}

void add(std::string& text, std::string_view name, std::string_view value) {
  text.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::optional<std::string> response_text(const Response& response, After after, Body body, std::time_t now) {
  if (response.status < 200 || response.status > 599 || !can_be_sent("Content-Type", response.content_type)) return std::nullopt;
  const bool bodyless = response.status == 204 || response.status == 304;  // RFC 9110, 6.4.1
  std::string text = status_line(response.status);
  add(text, "Date", http_date(now));
  add(text, "X-Content-Type-Options", "nosniff");
  add(text, "Cache-Control", "no-store");
  for (const auto& [name, value] : response.headers) {
    if (!can_be_sent(name, value)) return std::nullopt;
    add(text, name, value);
  }
  if (!bodyless) {
    if (!response.content_type.empty()) add(text, "Content-Type", response.content_type);
    add(text, "Content-Length", std::to_string(response.body.size()));
  }
  add(text, "Connection", after == After::keep_alive ? "keep-alive" : "close");
  text += "\r\n";
  if (!bodyless && body == Body::sent) text += response.body;
  return text;
}

}  // namespace connector_host::http
