#include "plugins/rabbitmq/broker_address.hpp"

#include <charconv>

#include "connector/error.hpp"

namespace connector_host_plugins::rabbitmq {
namespace {

// Reads one URL; place names it in messages, because its text must not stand there.
class UrlParser {
 public:
  explicit UrlParser(std::string place) : place_(std::move(place)) {}

  BrokerAddress parse(std::string_view url) {
    scheme(url);
    if (url.find_first_of("?#") != url.npos) {
      fail(
          "has a '?' or '#': use the source's own options for parameters, and percent-encode these "
          "characters in a user name or password");
    }
    const std::size_t slash = url.find('/');
    authority(url.substr(0, slash));
    if (slash != url.npos) path(url.substr(slash + 1));
    return out_;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw connector::bad_config("option 'url': " + place_ + " " + what);
  }

  void scheme(std::string_view& url) {
    const std::size_t end = url.find("://");
    std::string scheme(url.substr(0, end == url.npos ? 0 : end));
    for (char& c : scheme) c = char(c | 0x20);
    if (scheme != "amqp" && scheme != "amqps") fail("must begin with amqp:// or amqps://");
    out_.tls = scheme == "amqps";
    out_.port = out_.tls ? 5671 : 5672;
    url.remove_prefix(end + 3);
  }

  void authority(std::string_view text) {
    if (const std::size_t at = text.rfind('@'); at != text.npos) {
      const std::string_view login = text.substr(0, at);
      const std::size_t colon = login.find(':');
      out_.user = decoded(login.substr(0, colon), "user name");
      out_.password =
          colon == login.npos ? std::string() : decoded(login.substr(colon + 1), "password");
      text.remove_prefix(at + 1);
    }
    const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
    if (bracket == text.npos) fail("has a '[' without ']' in its host");
    const std::size_t colon = text.find(':', bracket);
    out_.host =
        bracket ? std::string(text.substr(1, bracket - 1)) : decoded(text.substr(0, colon), "host");
    if (out_.host.empty()) fail("names no host");
    if (colon != text.npos) port(text.substr(colon + 1));
  }

  void port(std::string_view text) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out_.port);
    if (error != std::errc() || end != text.data() + text.size() || out_.port == 0) {
      fail(
          "has a port that is not a number from 1 to 65535 (a ':', '/' or '@' in a password must "
          "be percent-encoded)");
    }
  }

  void path(std::string_view text) {
    // What a '/' in a password looks like; the virtual host is shown in logs, so it must not hold
    // the rest of one.
    if (text.find('@') != text.npos)
      fail(
          "has an '@' behind its first '/': percent-encode '/' as %2F in a password, '@' as %40 in "
          "a virtual host");
    if (!text.empty()) out_.virtual_host = decoded(text, "virtual host");
  }

  std::string decoded(std::string_view text, const char* part) const {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '%') {
        out += text[i];
        continue;
      }
      unsigned value = 0;
      const std::string_view digits = text.substr(i + 1, 2);
      const auto [end, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
      if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2)
        fail(std::string("has a '%' without two hex digits in its ") + part);
      if (value == 0)
        fail(std::string("has a NUL (%00) in its ") +
             part);  // the library takes these as C strings
      out += char(value);
      i += 2;
    }
    return out;
  }

  std::string place_;
  BrokerAddress out_;
};

}  // namespace

std::string BrokerAddress::describe() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  return (ipv6 ? '[' + host + ']' : host) + ':' + std::to_string(port) + " (virtual host \"" +
         virtual_host + "\")";
}

std::vector<BrokerAddress> parse_broker_addresses(std::string_view urls) {
  std::vector<BrokerAddress> out;
  for (;;) {
    const std::size_t comma = urls.find(',');
    std::string_view url = urls.substr(0, comma);
    while (url.starts_with(' ')) url.remove_prefix(1);
    while (url.ends_with(' ')) url.remove_suffix(1);
    out.push_back(UrlParser("URL " + std::to_string(out.size() + 1)).parse(url));
    if (comma == urls.npos) return out;
    urls.remove_prefix(comma + 1);
  }
}

}  // namespace connector_host_plugins::rabbitmq
