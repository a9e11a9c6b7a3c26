#pragma once
// The directories of plugins that do not come from the topology.
#include <string>
#include <vector>

namespace connector_host::cli {

// Searched before the topology's own: beside the program, CONNECTOR_PLUGIN_PATH, --plugin-path.
std::vector<std::string> plugin_paths(const std::vector<std::string>& from_command_line);
// For private copies of plugins (LibraryCopy): TMPDIR or /tmp, XDG_RUNTIME_DIR, the unit's STATE_DIRECTORY, the default
// state_dir. That of the topology is unknown until its plugins are loaded.
std::vector<std::string> plugin_scratch_paths();

}  // namespace connector_host::cli
