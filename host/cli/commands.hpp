#pragma once
// The commands of the program. Each prints what it found and returns the exit code; none throws for what a user may do.
#include "host/cli/command_line.hpp"
#include "host/cli/process_privacy.hpp"

namespace connector_host::cli {

// The topology's debuggable decides about privacy. All other commands leave it as it is.
int run_command(const CommandLine& command_line, ProcessPrivacy& privacy);
int validate_command(const CommandLine& command_line);
int check_command(const CommandLine& command_line);
int plugin_list_command(const CommandLine& command_line);
int plugin_describe_command(const CommandLine& command_line);
int schema_command(const CommandLine& command_line);
int healthcheck_command(const CommandLine& command_line);
int control_command(const CommandLine& command_line);  // all that drive a running host

}  // namespace connector_host::cli
