#pragma once
// The commands that drive a running host. Each prints what it was asked for and returns the exit code; all throw Refusal and
// http::ClientFailure for what the server does, and std::invalid_argument for what the user gave.
#include "host/cli/control_session.hpp"

namespace connector_host::cli {

int status_command(ControlSession& session);
int change_command(ControlSession& session);  // pause, resume, stop, restart
int offsets_command(ControlSession& session);
int log_level_command(ControlSession& session);
int reload_command(ControlSession& session);
int top_command(ControlSession& session);

// All of that: makes the session and turns what is thrown into a line on err and an exit code.
int control(const ControlLine& line, std::ostream& out, std::ostream& err, world::World& world, Screen screen, std::stop_token stop, world::Gate& pause);

}  // namespace connector_host::cli
