#include "host/http/url.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace connector_host::http {
namespace {

constexpr std::string_view schemes[] = {"http://", "https://"};
constexpr std::uint16_t own_ports[] = {80, 443};

[[noreturn]] void complain(std::string_view text, const char* what) {
  throw std::invalid_argument("'" + std::string(text) + "' " + what);
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_of_a_host(char c) {
  return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_';
}

bool is_of_an_ipv6_address(char c) {
  return is_of_a_host(c) || c == ':' || c == '%';  // a zone: fe80::1%eth0
}

Scheme take_scheme(std::string_view& rest) {
  for (const Scheme scheme : {Scheme::http, Scheme::https}) {
    const std::string_view prefix = schemes[int(scheme)];
    if (!rest.starts_with(prefix)) continue;
    rest.remove_prefix(prefix.size());
    return scheme;
  }
  complain(rest, "is no address of a server: it has to begin with http:// or https://");
}

std::uint16_t port_of(std::string_view text, std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (fault != std::errc() || end != digits.data() + digits.size() || port == 0) complain(text, "has no usable port: it is a number from 1 to 65535");
  return port;
}

// Splits "host:port", "[v6]:port" or either without a port.
void take_authority(std::string_view text, std::string_view authority, Url& url) {
  const bool bracketed = authority.starts_with('[');
  const std::size_t end = bracketed ? authority.find(']') : std::min(authority.find(':'), authority.size());
  if (end == authority.npos) complain(text, "has a '[' without its ']'");
  const std::string_view host = bracketed ? authority.substr(1, end - 1) : authority.substr(0, end);
  const std::string_view after = authority.substr(bracketed ? end + 1 : end);
  if (host.empty() || !std::all_of(host.begin(), host.end(), bracketed ? is_of_an_ipv6_address : is_of_a_host)) complain(text, "names no host");
  if (!after.empty() && after.front() != ':') complain(text, "has something between its host and its port");
  url.host = host;
  url.port = after.empty() ? own_ports[int(url.scheme)] : port_of(text, after.substr(1));
}

}  // namespace

std::string Url::authority() const {
  const std::string shown = host.find(':') == host.npos ? host : "[" + host + "]";
  return port == own_ports[int(scheme)] ? shown : shown + ":" + std::to_string(port);
}

std::string Url::text() const {
  return std::string(schemes[int(scheme)]) + authority() + path;
}

Url parse_url(std::string_view text) {
  if (text.find('@') != text.npos) throw std::invalid_argument("an address of a server holds no user and no password: say them by --user and --password-file");
  if (text.find_first_of("?#") != text.npos) complain(text, "has a query or a fragment, which belongs to no address of a server");
  const auto is_unseen = [](unsigned char c) { return c <= 0x20 || c >= 0x7f; };
  if (std::any_of(text.begin(), text.end(), is_unseen))
    throw std::invalid_argument("an address of a server holds no blanks, control characters or letters beyond ASCII");
  std::string_view rest = text;
  Url url;
  url.scheme = take_scheme(rest);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  take_authority(text, rest.substr(0, slash), url);
  url.path = rest.substr(slash);
  while (url.path.ends_with('/')) url.path.pop_back();
  return url;
}

std::string path_segment(std::string_view name) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_of_a_host(c) || c == '~')
      out += c;
    else
      out += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return out;
}

}  // namespace connector_host::http
