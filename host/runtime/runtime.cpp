#include "host/runtime/runtime.hpp"

#include <algorithm>

namespace connector_host::runtime {
namespace {

using namespace std::chrono_literals;
constexpr auto look_every = 1s;

}  // namespace

Runtime::Runtime(HostServices& services, const topology::TopologyConfig& config)
    : services_(services),
      gate_(services.world.make_gate()),
      status_log_(services),
      last_turn_(services.world.now().time_since_epoch().count()),
      connectors_(services, [this] { gate_->open(); }) {
  connectors_.adopt(config);
}

Runtime::~Runtime() {
  request_stop();
}

void Runtime::start() {
  connectors_.start();
}

void Runtime::request_stop() {
  stopping_.store(true, std::memory_order_release);
  connectors_.leave_all();
  gate_->open();
}

bool Runtime::run_until_over(const Turn& turn) {
  while (!(connectors_.reap() && stopping())) {
    last_turn_.store(services_.world.now().time_since_epoch().count(), std::memory_order_relaxed);
    log_changes();
    if (!stopping() && nothing_left_to_do()) {
      say_why_it_ends();
      request_stop();
    }
    if (stopping()) connectors_.leave_all();  // one may have been made just then
    const world::Time turn_again = turn();
    gate_->wait_until(std::min<world::Time>(services_.world.now() + look_every, turn_again));
  }
  return !connectors_.any_left_failed();
}

bool Runtime::nothing_left_to_do() const {
  if (connectors_.changed_over_rest()) return false;
  const auto all = connectors_.all();
  return !all.empty() && std::all_of(all.begin(), all.end(), [](const auto& each) { return each->ended() || each->given_up(); });
}

// A task that FAILED was said to be started again.
void Runtime::say_why_it_ends() {
  const auto all = connectors_.all();
  const bool given_up = std::any_of(all.begin(), all.end(), [](const auto& each) { return each->given_up(); });
  if (given_up)
    services_.log(LogLevel::error, "host", {}, "nothing is left to do: what FAILED is not started again, as it had never worked, or restart.limit is 0");
}

void Runtime::log_changes() {
  std::vector<ConnectorView> views;
  for (const auto& each : connectors_.all()) views.push_back(each->view());
  status_log_.look(views);
}

}  // namespace connector_host::runtime
