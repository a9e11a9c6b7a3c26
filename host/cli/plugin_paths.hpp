#pragma once
// Where plugins are looked for before the topology's own directories: beside the program, CONNECTOR_PLUGIN_PATH, --plugin-path.
#include <string>
#include <vector>

namespace connector_host::cli {

std::vector<std::string> plugin_paths(const std::vector<std::string>& from_command_line);

}  // namespace connector_host::cli
