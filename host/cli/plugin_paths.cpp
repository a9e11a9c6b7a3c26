#include "host/cli/plugin_paths.hpp"

#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace connector_host::cli {

std::vector<std::string> plugin_paths(const std::vector<std::string>& from_command_line) {
  std::vector<std::string> paths;
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) paths.push_back((program.parent_path().parent_path() / "lib/connector-host/plugins").string());
  if (const char* variable = std::getenv("CONNECTOR_PLUGIN_PATH")) {
    std::istringstream entries(variable);
    for (std::string entry; std::getline(entries, entry, ':');) {
      if (!entry.empty()) paths.push_back(entry);
    }
  }
  paths.insert(paths.end(), from_command_line.begin(), from_command_line.end());
  return paths;
}

}  // namespace connector_host::cli
