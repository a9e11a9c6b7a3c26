#pragma once
// ControlLine: what the user asked of a host that runs, or of a Kafka Connect: which one, how to get in, and what to do.
// Plain data.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace connector_host::cli {

enum class ControlVerb { status, pause, resume, stop, restart, offsets, log_level, reload, top };

struct ServerOptions {
  std::string url;                              // empty: CONNECTOR_HOST_URL, or else the default
  std::string token_file, user, password_file;  // empty token_file: CONNECTOR_HOST_TOKEN, the token itself
  std::string ca_file, cert_file, key_file;     // PEM
  std::chrono::milliseconds timeout{10'000};    // of one exchange
};

struct ControlLine {
  ControlVerb verb = ControlVerb::status;
  ServerOptions server;
  bool json = false;

  std::string connector;  // empty: all
  std::optional<std::chrono::milliseconds> wait;

  bool tasks = false, only_failed = false;  // restart
  std::optional<std::uint32_t> task;

  bool reset_offsets = false;
  std::string offsets_file;  // "-": standard input; empty: they are not set

  std::string logger, level;

  std::chrono::milliseconds interval{1'000};  // top
  std::uint64_t count = 0;                    // 0: until it is ended
};

}  // namespace connector_host::cli
