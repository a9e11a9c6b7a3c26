#include "host/observability/level.hpp"

#include <strings.h>

#include <string>

namespace connector_host::observability {

const char* name_of(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warn:
      return "warn";
    case Level::error:
      return "error";
    case Level::off:
      return "off";
  }
  return "off";
}

std::optional<Level> parse_level(std::string_view word) {
  for (const Level level : {Level::debug, Level::info, Level::warn, Level::error, Level::off})
    if (strcasecmp(std::string(word).c_str(), name_of(level)) == 0) return level;
  return std::nullopt;
}

}  // namespace connector_host::observability
