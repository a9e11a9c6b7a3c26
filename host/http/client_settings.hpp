#pragma once
// ClientSettings: which server a Client asks, how it tells that it is the right one, and how long and how much it takes.
#include <chrono>
#include <cstddef>
#include <string>

#include "host/http/url.hpp"

namespace connector_host::http {

struct ClientSettings {
  Url url;
  std::string local_socket;  // a Unix socket to connect to, in plain HTTP, and not to the url's host; empty: none
  // Files in PEM, for https only. ca_file: who may vouch for the server, empty for those that the system trusts.
  // cert_file and key_file: who we are, both or neither.
  std::string ca_file, cert_file, key_file;
  std::string user_agent = "connector-host";
  std::chrono::milliseconds timeout{10'000};  // for a whole exchange, from the look up of the name to the last byte
  std::size_t max_body = 16 * 1024 * 1024;
};

}  // namespace connector_host::http
