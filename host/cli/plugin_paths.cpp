#include "host/cli/plugin_paths.hpp"

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "host/topology/topology_config.hpp"

namespace connector_host::cli {
namespace {

void append_variable(const char* name, std::vector<std::string>& to) {
  const char* value = std::getenv(name);
  std::istringstream entries(value ? value : "");
  for (std::string entry; std::getline(entries, entry, ':');) {
    if (!entry.empty()) to.push_back(entry);
  }
}

}  // namespace

std::vector<std::string> plugin_paths(const std::vector<std::string>& from_command_line) {
  std::vector<std::string> paths;
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) paths.push_back((program.parent_path().parent_path() / "lib/connector-host/plugins").string());
  append_variable("CONNECTOR_PLUGIN_PATH", paths);
  paths.insert(paths.end(), from_command_line.begin(), from_command_line.end());
  return paths;
}

std::vector<std::string> plugin_scratch_paths() {
  std::vector<std::string> paths;
  std::error_code error;
  const auto temporary = std::filesystem::temp_directory_path(error);
  if (!error) paths.push_back(temporary.string());
  append_variable("XDG_RUNTIME_DIR", paths);
  append_variable("STATE_DIRECTORY", paths);
  paths.push_back(topology::TopologyConfig().state_dir);
  return paths;
}

}  // namespace connector_host::cli
