#pragma once
// RateMeter: from what connectors had counted at two looks to records a second. One thread; owned by who looks.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/cli/connector_view.hpp"
#include "host/world/time.hpp"

namespace connector_host::cli {

struct Rates {
  std::optional<double> received, delivered;  // a second; nothing at the first look, and where a server does not count
};

class RateMeter {
 public:
  // The rates of each since the look before, in the order of the connectors. A count that has gone back began anew with a
  // restart, so there is no rate for that look.
  std::vector<Rates> look(const std::vector<ConnectorView>& connectors, world::Time now);

 private:
  struct Look {
    world::Time at;
    RecordsView records;
  };
  std::map<std::string, Look> before_;
};

}  // namespace connector_host::cli
