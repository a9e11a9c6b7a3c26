#include "host/topology/listen_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "host/topology/quantity.hpp"

namespace connector_host::topology {
namespace {

constexpr std::string_view all_ipv4 = "0.0.0.0";
constexpr std::size_t longest_host_name = 253;  // of a DNS name

bool is_ipv6(const std::string& host) {
  in6_addr address{};
  return inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool is_any(const std::string& host) {
  return host == all_ipv4 || host == "::";
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  const auto port = parse_integer(text);
  if (!port || *port < 0 || *port > 65535 || text.front() == '-') return std::nullopt;
  return std::uint16_t(*port);
}

}  // namespace

std::optional<ListenConfig> parse_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return std::nullopt;
  std::string host(text.substr(0, colon));
  if (host.empty()) return ListenConfig{std::string(all_ipv4), *port};
  if (host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    return is_ipv6(host) ? std::optional(ListenConfig{std::move(host), *port}) : std::nullopt;
  }
  if (host.size() > longest_host_name || !std::all_of(host.begin(), host.end(), is_host_character)) return std::nullopt;
  return ListenConfig{std::move(host), *port};
}

std::string text_of(const ListenConfig& address) {
  return (is_ipv6(address.host) ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

bool same_listen_address(const ListenConfig& a, const ListenConfig& b) {
  return a.port != 0 && a.port == b.port && (a.host == b.host || is_any(a.host) || is_any(b.host));
}

// "127.example.org" is a name, whatever it looks like.
bool is_loopback(const ListenConfig& address) {
  in_addr v4{};
  if (inet_pton(AF_INET, address.host.c_str(), &v4) == 1) return address.host.starts_with("127.");
  in6_addr v6{};
  if (inet_pton(AF_INET6, address.host.c_str(), &v6) == 1) return std::equal(std::begin(v6.s6_addr), std::end(v6.s6_addr), in6addr_loopback.s6_addr);
  return address.host == "localhost";
}

}  // namespace connector_host::topology
