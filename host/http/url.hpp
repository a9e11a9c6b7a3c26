#pragma once
// Url: where an HTTP server is. Plain data and pure functions.
//
// What it is not: any URL. A user and a password are refused, because a command line and an environment show them to
// everybody on the machine; so are a query and a fragment, which an address of a server has no use for.
#include <cstdint>
#include <string>
#include <string_view>

namespace connector_host::http {

enum class Scheme { http, https };

struct Url {
  Scheme scheme = Scheme::http;
  std::string host;  // without the brackets of an IPv6 address
  std::uint16_t port = 80;
  std::string path;  // what stands before every path that is asked for; empty, or begins with '/' and does not end with it

  // What belongs into a Host header: the port is left out when it is the scheme's own.
  std::string authority() const;
  std::string text() const;
};

// "http://host", "https://host:8443/behind/a/proxy", "http://[::1]:8083". Throws std::invalid_argument, one line with
// what is wrong and what to write; it never shows what stands before an '@'.
Url parse_url(std::string_view text);

// A name as one segment of a path: all but letters, digits and -._~ is percent-encoded, so a slash stays part of the name.
std::string path_segment(std::string_view name);

}  // namespace connector_host::http
