#pragma once
// From the options of a command line to a server and the credentials for it. Reads files and the environment; pure otherwise.
#include <string>

#include "host/cli/control_line.hpp"
#include "host/http/client_settings.hpp"

namespace connector_host::cli {

// Both throw std::invalid_argument, one line that names the option or the variable and never what is in the file.
http::ClientSettings client_settings(const ServerOptions& options);
// The value of an Authorization header; empty: none was given. Options come before the environment.
std::string credentials(const ServerOptions& options);

}  // namespace connector_host::cli
