#pragma once
// Level: how much a log line matters. Its words are the same in the topology, over REST and in the lines.
#include <optional>
#include <string_view>

namespace connector_host::observability {

enum class Level { debug, info, warn, error, off };

const char* name_of(Level level);
// "debug", "INFO", …: any case of letters. Nothing for another word.
std::optional<Level> parse_level(std::string_view word);

}  // namespace connector_host::observability
