#include "host/cli/command_line.hpp"
#include "host/cli/control_commands.hpp"
#include "host/cli/status_text.hpp"

namespace connector_host::cli {

int status_command(ControlSession& session) {
  const std::string& name = session.line.connector;
  const std::string document = session.server.get(name.empty() ? "/connectors?expand=status" : connector_path(name, "/status"));
  if (session.line.json)
    print_document(session, document);
  else
    session.out << (name.empty() ? overview_text(connector_views(document)) : full_text(connector_view(document))) << std::flush;
  return exit_ok;
}

}  // namespace connector_host::cli
