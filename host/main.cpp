// connector-host: parses the command line, runs the command, and is the last to catch what a command did not expect.
#include <exception>
#include <iostream>

#include "host/cli/commands.hpp"
#include "host/cli/process_privacy.hpp"

namespace {

using connector_host::cli::ProcessPrivacy;

int run(const connector_host::cli::CommandLine& line, ProcessPrivacy& privacy) {
  using namespace connector_host::cli;
  if (line.command != Command::run) privacy.make_permanent();
  switch (line.command) {
    case Command::run:
      return run_command(line, privacy);
    case Command::validate:
      return validate_command(line);
    case Command::check:
      return check_command(line);
    case Command::plugin_list:
      return plugin_list_command(line);
    case Command::plugin_describe:
      return plugin_describe_command(line);
    case Command::schema:
      return schema_command(line);
    case Command::healthcheck:
      return healthcheck_command(line);
    case Command::control:
      return control_command(line);
  }
  return exit_runtime;
}

}  // namespace

int main(int argc, char** argv) {
  ProcessPrivacy privacy;
  try {
    const auto parsed = connector_host::cli::parse_command_line(argc, argv);
    if (parsed.command_line) return run(*parsed.command_line, privacy);
    (parsed.code == 0 ? std::cout : std::cerr) << parsed.text << std::flush;
    return parsed.code;
  } catch (const std::exception& error) {
    std::cerr << "connector-host: " << error.what() << std::endl;
    return connector_host::cli::exit_runtime;
  }
}
