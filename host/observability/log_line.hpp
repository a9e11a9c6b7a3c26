#pragma once
// LogLine: what one line of the log says, but for its time, and how that is written. Pure functions.
#include <optional>
#include <string>
#include <string_view>

#include "host/observability/level.hpp"

namespace connector_host::observability {

enum class LogFormat { text, json };

// Whose line it is, where that is known.
struct LogPlace {
  std::string connector;  // empty: nobody's
  std::optional<unsigned> task;
  std::string trace_id;  // of the record that the line is about; empty: of none
};

struct LogLine {
  Level level;
  std::string_view logger;
  const LogPlace& place;
  std::string_view message;
};

// "warn  [pipeline] rmq-to-kafka/0: the message" and " (trace …)" where there is one, one line whatever is in it.
std::string as_text(const LogLine& line);
// "level":"warn","logger":"pipeline","connector":"rmq-to-kafka","task":0,"message":"…", valid JSON for any bytes: what
// follows the time within a JSON object.
std::string as_json_members(const LogLine& line);

}  // namespace connector_host::observability
