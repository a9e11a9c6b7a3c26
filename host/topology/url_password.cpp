#include "host/topology/url_password.hpp"

#include <charconv>
#include <functional>

namespace connector_host::topology {
namespace {

constexpr std::string_view scheme_end = "://";

// Calls with(start, length) for the userinfo of each URL. It ends at the last '@' before the next URL, not at the first
// '/': a password with an unencoded '/' has to be found as well.
void for_each_userinfo(std::string_view text, const std::function<void(std::size_t, std::size_t)>& with) {
  for (std::size_t at = text.find(scheme_end); at != std::string_view::npos;) {
    const std::size_t start = at + scheme_end.size();
    at = text.find(scheme_end, start);
    const std::string_view url = text.substr(start, at == std::string_view::npos ? at : at - start);
    if (const std::size_t end = url.rfind('@'); end != std::string_view::npos) with(start, end);
  }
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    int value = 0;
    const char* const digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() && std::from_chars(digits, digits + 2, value, 16).ptr == digits + 2) {
      out += char(value);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

std::vector<std::string> url_passwords(std::string_view text) {
  std::vector<std::string> out;
  for_each_userinfo(text, [&](std::size_t start, std::size_t length) {
    const std::string_view userinfo = text.substr(start, length);
    const std::size_t colon = userinfo.find(':');
    if (colon == std::string_view::npos || colon + 1 == userinfo.size()) return;
    out.emplace_back(userinfo.substr(colon + 1));
    if (std::string decoded = percent_decoded(out.back()); decoded != out.back()) out.push_back(std::move(decoded));
  });
  return out;
}

std::string without_url_passwords(std::string_view text) {
  std::string out;
  std::size_t copied = 0;
  for_each_userinfo(text, [&](std::size_t start, std::size_t length) {
    out.append(text.substr(copied, start - copied)).append("...");
    copied = start + length;
  });
  return out.append(text.substr(copied));
}

}  // namespace connector_host::topology
