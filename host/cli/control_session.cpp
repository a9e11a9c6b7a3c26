#include "host/cli/control_session.hpp"

#include "host/observability/printable_text.hpp"

namespace connector_host::cli {

void print_document(ControlSession& session, const std::string& document) {
  session.out << (document.empty() ? "{}" : document);
  if (!document.ends_with('\n')) session.out << '\n';
  session.out << std::flush;
}

void print_failure(std::ostream& err, const std::string& server, const std::string& what) {
  err << "connector-host: " << server << ": " << observability::one_line(what) << std::endl;
}

}  // namespace connector_host::cli
