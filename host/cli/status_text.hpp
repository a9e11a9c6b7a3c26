#pragma once
// The states of connectors as text for people. Pure functions; what comes from the server is made printable.
#include <string>
#include <vector>

#include "host/cli/connector_view.hpp"

namespace connector_host::cli {

// A table of all, then a line for each failure and each dependency that is down.
std::string overview_text(const std::vector<ConnectorView>& connectors);
// All there is to know about one.
std::string full_text(const ConnectorView& connector);

// Running and all tasks: "2/3".
std::string tasks_text(const ConnectorView& connector);
std::string seconds_text(double seconds);
// Down for a reason; one that is only not up yet, because its task has not begun, is not.
bool is_broken(const DependencyView& dependency);
std::string first_line(const std::string& trace);

}  // namespace connector_host::cli
