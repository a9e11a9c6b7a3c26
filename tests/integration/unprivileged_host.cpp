#include "tests/integration/unprivileged_host.hpp"

#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <utility>

namespace integration {
namespace {

namespace fs = std::filesystem;
constexpr unsigned nobody = 65534;

}  // namespace

UnprivilegedHost::UnprivilegedHost(const std::string& folder) : folder_(folder) {
  const fs::path program = CONNECTOR_HOST, built = program.parent_path().parent_path() / "lib";
  fs::create_directories(folder_ + "/bin");
  fs::copy_file(program, folder_ + "/bin/connector-host");
  fs::copy(built, folder_ + "/lib", fs::copy_options::recursive);
  fs::create_directory(more_plugins());
  if (::geteuid() == 0 && ::chown(folder_.c_str(), nobody, nobody) != 0)
    throw std::runtime_error("cannot chown " + folder_);
}

std::vector<std::string> UnprivilegedHost::as_user(std::vector<std::string> command) {
  if (::geteuid() != 0) return command;
  const std::string id = std::to_string(nobody);
  // The kernel forgets the parent-death signal of Program when the user changes.
  const std::vector<std::string> first = {"/usr/bin/setpriv", "--reuid",     id,     "--regid", id,
                                          "--clear-groups",   "--pdeathsig", "KILL", "--"};
  command.insert(command.begin(), first.begin(), first.end());
  return command;
}

std::vector<std::string> UnprivilegedHost::command(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), folder_ + "/bin/connector-host");
  return as_user(std::move(arguments));
}

std::vector<std::string> UnprivilegedHost::run_command(const std::string& topology) const {
  return command({"--plugin-path", more_plugins(), "--topology", topology});
}

}  // namespace integration
