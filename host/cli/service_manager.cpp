#include "host/cli/service_manager.hpp"

#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <cstdlib>

namespace connector_host::cli {
namespace {

using std::chrono::microseconds;
constexpr int sooner = 8;  // part of the time after which what could not be told is tried again

std::string inherited(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// 0: it is no positive number.
std::int64_t positive_number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && value > 0 ? value : 0;
}

// The variables are inherited by children that they are not meant for, which the pid tells.
world::Duration half_of_watchdog(const ServiceManager::Environment& environment) {
  if (!environment.watchdog_pid.empty() && positive_number(environment.watchdog_pid) != ::getpid()) return {};
  return microseconds(positive_number(environment.watchdog_usec)) / 2;
}

std::string in_microseconds(world::Duration duration) {
  return std::to_string(std::chrono::duration_cast<microseconds>(duration).count());
}

}  // namespace

ServiceManager::Environment ServiceManager::Environment::of_process() {
  return {inherited("NOTIFY_SOCKET"), inherited("WATCHDOG_USEC"), inherited("WATCHDOG_PID")};
}

ServiceManager::ServiceManager(const Environment& environment, world::World& world, std::function<void(const std::string&)> report)
    : world_(world),
      report_(std::move(report)),
      socket_(environment.socket),
      alive_every_(socket_.is_open() ? half_of_watchdog(environment) : world::Duration{}),
      alive_next_(alive_every_ > world::Duration{} ? world_.now() : world::never) {
  if (!environment.socket.empty() && !socket_.is_open()) report_("NOTIFY_SOCKET is no socket that can be used: " + environment.socket);
}

world::Time ServiceManager::look(const State& state) {
  if (!listens()) return world::never;
  std::lock_guard lock(mutex_);
  tell_state(state);
  tell_alive(state);
  return alive_next_;
}

// A message that did not get through is sent again with the next look.
void ServiceManager::tell_state(const State& state) {
  const std::string status = "STATUS=" + state.text;
  if (state.stopping) {
    // A drain that may take longer than the service manager would wait has its time all the same.
    if (!stopping_) stopping_ = tell("STOPPING=1\n" + status + "\nEXTEND_TIMEOUT_USEC=" + in_microseconds(state.longest_stop));
    return;
  }
  if (state.started && !ready_) {
    if (!tell("READY=1\n" + status)) return;
    ready_ = true;
    text_ = state.text;
  }
  if (state.text != text_ && tell(status)) text_ = state.text;
}

void ServiceManager::tell_alive(const State& state) {
  const world::Time now = world_.now();
  if (alive_next_ > now) return;
  const bool told = state.answers && tell("WATCHDOG=1");
  alive_next_ = now + (told ? alive_every_ : alive_every_ / sooner);
}

// Its time says which of several requests it answers (Type=notify-reload), so it is that of the clock that systemd has.
void ServiceManager::reloading() {
  std::lock_guard lock(mutex_);
  if (!ready_ || stopping_) return;
  reloading_ = tell("RELOADING=1\nMONOTONIC_USEC=" + in_microseconds(world_.now().time_since_epoch()));
}

void ServiceManager::reloaded() {
  std::lock_guard lock(mutex_);
  if (!reloading_) return;
  reloading_ = false;
  if (!stopping_) ready_ = tell("READY=1");
}

bool ServiceManager::tell(const std::string& message) {
  const std::string why_not = socket_.send(message);
  if (!why_not.empty() && !complained_) report_("the service manager cannot be told anything: " + why_not);
  complained_ = complained_ || !why_not.empty();
  return why_not.empty();
}

}  // namespace connector_host::cli
