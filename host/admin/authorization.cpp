#include "host/admin/authorization.hpp"

#include <openssl/evp.h>
#include <strings.h>

#include <algorithm>
#include <optional>

namespace connector_host::admin {
namespace {

constexpr std::string_view bearer = "Bearer", basic = "Basic";

// OpenSSL's takes blanks and breaks as well, and counts the padding as bytes.
std::optional<std::string> decode_base64(std::string_view text) {
  const std::size_t end = text.find_last_not_of('=') + 1;
  const std::size_t padding = text.size() - end;
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/'; };
  if (text.empty() || text.size() % 4 != 0 || padding > 2 || !std::all_of(text.begin(), text.begin() + std::ptrdiff_t(end), is_letter)) return std::nullopt;
  std::string out(text.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(text.data()), int(text.size())) < 0)
    return std::nullopt;
  out.resize(out.size() - padding);
  return out;
}

bool same_word(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

Authorization Authorization::parse(std::string_view header) {
  const std::size_t blank = header.find(' ');
  if (blank == header.npos) return {};
  const std::string_view scheme = header.substr(0, blank);
  std::string_view rest = header.substr(blank);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  if (same_word(scheme, bearer)) return {Kind::bearer, "", std::string(rest)};
  const auto pair = same_word(scheme, basic) ? decode_base64(rest) : std::nullopt;
  const std::size_t colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos) return {};
  return {Kind::basic, pair->substr(0, colon), pair->substr(colon + 1)};
}

}  // namespace connector_host::admin
