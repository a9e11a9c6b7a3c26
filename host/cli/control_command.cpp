#include <sys/ioctl.h>
#include <unistd.h>

#include <iostream>
#include <optional>
#include <stdexcept>

#include "host/cli/commands.hpp"
#include "host/cli/control_commands.hpp"
#include "host/cli/refusal.hpp"
#include "host/cli/server_access.hpp"
#include "host/cli/signal_watch.hpp"
#include "host/observability/printable_text.hpp"
#include "host/world/real_world.hpp"

namespace connector_host::cli {
namespace {

constexpr std::chrono::seconds longest_end_of_watching{5};

int run(ControlSession& session) {
  switch (session.line.verb) {
    case ControlVerb::status:
      return status_command(session);
    case ControlVerb::pause:
    case ControlVerb::resume:
    case ControlVerb::stop:
    case ControlVerb::restart:
      return change_command(session);
    case ControlVerb::offsets:
      return offsets_command(session);
    case ControlVerb::log_level:
      return log_level_command(session);
    case ControlVerb::reload:
      return reload_command(session);
    case ControlVerb::top:
      return top_command(session);
  }
  return exit_runtime;
}

int exit_code_of(const http::ClientFailure& failure) {
  switch (failure.kind()) {
    case http::ClientFailure::Kind::no_answer:
      return exit_unreachable;
    case http::ClientFailure::Kind::cancelled:
      return exit_ok;
    case http::ClientFailure::Kind::bad_answer:
      return exit_runtime;
  }
  return exit_runtime;
}

int run_and_explain(ControlSession& session) {
  try {
    return run(session);
  } catch (const Refusal& refusal) {
    if (session.line.json && !refusal.document().empty()) print_document(session, refusal.document());
    print_failure(session.err, session.server.name(), refusal.what());
    return exit_runtime;
  } catch (const http::ClientFailure& failure) {
    const int code = exit_code_of(failure);
    if (code != exit_ok) print_failure(session.err, session.server.name(), failure.what());
    return code;
  }
}

Screen screen_of_standard_output() {
  Screen screen{::isatty(STDOUT_FILENO) == 1};
  winsize size{};
  if (screen.is_terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
    screen.rows = size.ws_row;
    screen.columns = size.ws_col;
  }
  return screen;
}

// What watches is ended by Ctrl-C in good order; all others are short, and a signal ends them as it ends any program.
int watch(const ControlLine& line, world::World& world) {
  std::stop_source stop;
  const auto pause = world.make_gate();
  SignalWatch signals;
  const auto end = [&stop, &pause] {
    stop.request_stop();
    pause->open();
  };
  signals.watch({end, end, [](const std::string&) {}, [] { return std::chrono::seconds(longest_end_of_watching); }});  // a terminal that hangs up ends it too
  const int code = control(line, std::cout, std::cerr, world, screen_of_standard_output(), stop.get_token(), *pause);
  signals.end();
  return code;
}

}  // namespace

int control(const ControlLine& line, std::ostream& out, std::ostream& err, world::World& world, Screen screen, std::stop_token stop, world::Gate& pause) {
  try {
    ConnectClient server(client_settings(line.server), credentials(line.server), world, stop);
    ControlSession session{line, server, world, out, err, screen, pause, stop};
    return run_and_explain(session);
  } catch (const std::invalid_argument& error) {
    err << "connector-host: " << observability::one_line(error.what()) << std::endl;
    return exit_config;
  }
}

int control_command(const CommandLine& command_line) {
  world::RealWorld world;
  if (command_line.control.verb == ControlVerb::top) return watch(command_line.control, world);
  const auto pause = world.make_gate();
  return control(command_line.control, std::cout, std::cerr, world, screen_of_standard_output(), {}, *pause);
}

}  // namespace connector_host::cli
