#pragma once
// ControlSession: what a command that drives a running host works with. Borrows all of it; one thread.
#include <ostream>
#include <stop_token>

#include "host/cli/connect_client.hpp"
#include "host/cli/control_line.hpp"
#include "host/world/world.hpp"

namespace connector_host::cli {

// What the output is shown on. Rows and columns of 0: not known.
struct Screen {
  bool is_terminal = false;
  unsigned rows = 0, columns = 0;
};

struct ControlSession {
  const ControlLine& line;
  ConnectClient& server;
  world::World& world;
  std::ostream& out;
  std::ostream& err;
  Screen screen;
  world::Gate& pause;    // for what watches; opened when the user ends it
  std::stop_token stop;  // and then requested
};

// The server's document on standard output; "{}" where it answered without one, so that there is always a document.
void print_document(ControlSession& session, const std::string& document);
// A server that failed, on standard error: one line with its URL.
void print_failure(std::ostream& err, const std::string& server, const std::string& what);

}  // namespace connector_host::cli
