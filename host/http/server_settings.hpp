#pragma once
// ServerSettings: where a Server listens and what it allows a client. Set by code; the limits are there to be met by
// every honest client of a health check or a REST API.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "host/http/tls_settings.hpp"

namespace connector_host::http {

struct ServerSettings {
  std::string host = "127.0.0.1";  // an IPv4 or IPv6 address (with or without brackets) or a name; a name's IPv4 address is preferred
  std::uint16_t port = 0;          // 0: any that is free
  std::string thread_name = "http";
  std::optional<TlsSettings> tls;  // nothing: plain HTTP

  std::size_t max_connections = 128;
  std::size_t max_target = 2 * 1024;
  std::size_t max_header = 8 * 1024;  // request line and headers together
  std::size_t max_header_fields = 64;
  std::size_t max_body = 64 * 1024;

  std::chrono::milliseconds request_deadline{5'000};    // from the first byte to the last; of the first request also the handshake
  std::chrono::milliseconds response_deadline{10'000};  // for the client to take the answer
  std::chrono::milliseconds idle_limit{30'000};         // between two requests of a connection
  std::chrono::milliseconds stop_grace{1'000};          // for answers under way when the server stops

  // Told what the client is not told: what a handler threw, that no descriptors are left. May be empty; for the log.
  std::function<void(const std::string&)> report;
};

}  // namespace connector_host::http
