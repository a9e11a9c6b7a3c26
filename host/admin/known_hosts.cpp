#include "host/admin/known_hosts.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cctype>
#include <cstring>

namespace connector_host::admin {
namespace {

constexpr const char* this_machine = "localhost";

enum class Address { none, loopback, other };

std::string in_small_letters(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return out;
}

std::string without_port(const std::string& host) {
  const std::size_t colon = host.rfind(':');
  const bool has_port = colon != std::string::npos && host.find_first_not_of("0123456789", colon + 1) == std::string::npos;
  // An IPv6 address without brackets has no port.
  return has_port && (host.starts_with('[') ? host[colon - 1] == ']' : host.find(':') == colon) ? host.substr(0, colon) : host;
}

std::string without_brackets(const std::string& host) {
  return host.size() > 2 && host.front() == '[' && host.back() == ']' ? host.substr(1, host.size() - 2) : host;
}

// "127.example.org" is a name, whatever it looks like.
Address address_of(const std::string& host) {
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127 ? Address::loopback : Address::other;
  in6_addr v6{};
  if (inet_pton(AF_INET6, host.c_str(), &v6) != 1) return Address::none;
  return std::memcmp(&v6, &in6addr_loopback, sizeof v6) == 0 ? Address::loopback : Address::other;
}

}  // namespace

KnownHosts::KnownHosts(const std::string& listen_host, const std::vector<std::string>& names) {
  const std::string own = in_small_letters(without_brackets(listen_host));
  on_loopback_ = own == this_machine || address_of(own) == Address::loopback;
  names_ = {this_machine, own};
  for (const std::string& name : names) names_.push_back(in_small_letters(name));
}

bool KnownHosts::knows(std::string_view host_header) const {
  const std::string whole = in_small_letters(host_header);
  const std::string host = without_brackets(without_port(whole));
  const Address address = address_of(host);
  if (address != Address::none && (address == Address::loopback || !on_loopback_)) return true;
  return std::any_of(names_.begin(), names_.end(), [&](const std::string& name) { return name == host || name == whole; });
}

}  // namespace connector_host::admin
