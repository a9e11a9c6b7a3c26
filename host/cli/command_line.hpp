#pragma once
// CommandLine: what the user asked for. Parsing ends the program only through its result: nothing here prints or exits.
#include <optional>
#include <string>
#include <vector>

#include "host/cli/control_line.hpp"

namespace connector_host::cli {

// ok; run time, or a server that refused or failed; configuration or the command line; a dependency or a server that cannot
// be reached (of commands that check, and of those that drive a running host)
enum ExitCode : int { exit_ok = 0, exit_runtime = 1, exit_config = 2, exit_unreachable = 3 };

enum class Command { run, validate, check, plugin_list, plugin_describe, schema, healthcheck, control };

struct CommandLine {
  Command command = Command::run;
  std::string topology;                   // file
  std::string plugin;                     // type or library name to describe
  std::vector<std::string> plugin_paths;  // --plugin-path, in order
  std::string health_url;                 // of healthcheck; empty: not said
  bool json = false;
  bool watch = false;   // read the topology again when its file changes
  ControlLine control;  // of Command::control
};

struct ParsedCommandLine {
  std::optional<CommandLine> command_line;  // nothing: print `text` and leave with `code`
  int code = exit_ok;
  std::string text;
};

ParsedCommandLine parse_command_line(int argc, const char* const* argv);

}  // namespace connector_host::cli
