#include "host/admin/local_caller.hpp"

#include <strings.h>

#include <algorithm>
#include <string_view>

namespace connector_host::admin {
namespace {

constexpr std::string_view added_by_proxies[] = {
    "Forwarded", "Via", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "X-Envoy-External-Address", "True-Client-IP", "CF-Connecting-IP"};
constexpr std::string_view family = "X-Forwarded";  // -For, -Host, -Proto, -Client-Cert, ...

bool begins_with(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && strncasecmp(text.data(), prefix.data(), prefix.size()) == 0;
}

bool is_of_a_proxy(std::string_view header) {
  const auto same = [header](std::string_view name) { return header.size() == name.size() && begins_with(header, name); };
  return begins_with(header, family) || std::any_of(std::begin(added_by_proxies), std::end(added_by_proxies), same);
}

}  // namespace

bool is_local(const http::Request& request) {
  if (request.peer.kind == http::Peer::Kind::remote) return false;
  return std::none_of(request.headers.begin(), request.headers.end(), [](const auto& header) { return is_of_a_proxy(header.first); });
}

}  // namespace connector_host::admin
