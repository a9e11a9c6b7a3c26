#include "host/cli/rate_meter.hpp"

#include <utility>

namespace connector_host::cli {
namespace {

std::optional<double> rate(std::int64_t before, std::int64_t now, double seconds) {
  return now < before || seconds <= 0 ? std::nullopt : std::optional<double>(double(now - before) / seconds);
}

}  // namespace

std::vector<Rates> RateMeter::look(const std::vector<ConnectorView>& connectors, world::Time now) {
  std::map<std::string, Look> looks;
  std::vector<Rates> rates;
  for (const ConnectorView& each : connectors) {
    Rates& found = rates.emplace_back();
    if (!each.records) continue;
    looks.emplace(each.name, Look{now, *each.records});
    const auto before = before_.find(each.name);
    if (before == before_.end()) continue;
    const double seconds = std::chrono::duration<double>(now - before->second.at).count();
    found.received = rate(before->second.records.received, each.records->received, seconds);
    found.delivered = rate(before->second.records.delivered, each.records->delivered, seconds);
  }
  before_ = std::move(looks);
  return rates;
}

}  // namespace connector_host::cli
