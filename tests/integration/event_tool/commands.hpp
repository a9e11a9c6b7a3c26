// The commands of event_tool: each adds itself to the command line and, when it was chosen, sets
// what is to run. run() returns the exit code: 0 as promised, 1 not as promised. Errors are thrown;
// main turns them into 3.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "tests/integration/event_tool/event_plan.hpp"

namespace event_tool {

using Run = std::function<int()>;

void add_plan_options(CLI::App& command, PlanSettings& plan);
void add_publish_command(CLI::App& app, Run& run);
void add_verify_command(CLI::App& app, Run& run);
void add_queue_commands(CLI::App& app, Run& run);
void add_topic_commands(CLI::App& app, Run& run);

}  // namespace event_tool
