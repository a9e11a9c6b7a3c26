#pragma once
// What top shows of one look, for a screen, for a log and for a program. Pure functions.
#include <string>
#include <vector>

#include "host/cli/connector_view.hpp"
#include "host/cli/control_session.hpp"
#include "host/cli/rate_meter.hpp"

namespace connector_host::cli {

struct Look {
  std::string time;  // 2026-01-31T23:59:59Z
  std::vector<ConnectorView> connectors;
  std::vector<Rates> rates;  // one for each
};

std::string table_of(const Look& look);
std::string line_of(const Look& look);
std::string json_of(const Look& look);  // on one line

// From the top left corner: replaces what stands there, and cuts what is too long or too much for the screen.
std::string drawn(const std::string& text, const Screen& screen);

}  // namespace connector_host::cli
