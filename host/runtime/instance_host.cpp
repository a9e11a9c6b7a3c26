#include "host/runtime/instance_host.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "connector/view.hpp"

namespace connector_host::runtime {

using connector::text;

namespace {

observability::Labels labels_of(const InstancePlace& place) {
  observability::Labels labels = {{"connector", place.connector}, {"task", std::to_string(place.task)}, {"role", place.role}};
  if (!place.lane.empty()) labels.emplace_back("lane", place.lane);
  return labels;
}

std::optional<files::Purpose> purpose_of(std::uint32_t purpose) {
  if (purpose == CONNECTOR_FILE_DATA) return files::Purpose::data;
  if (purpose == CONNECTOR_FILE_CREDENTIAL) return files::Purpose::credential;
  return std::nullopt;
}

}  // namespace

std::string InstanceHost::state_owner(const InstancePlace& place) {
  return place.connector + "/" + std::to_string(place.task) + "/" + place.role + (place.lane.empty() ? "" : "/" + place.lane);
}

InstanceHost::InstanceHost(HostServices& services, const connector_component& component, const InstancePlace& place, const topology::ComponentConfig& config)
    : services_(services),
      name_(place.connector + "/" + std::to_string(place.task)),
      state_owner_(state_owner(place)),
      logger_(place.role + "." + std::string(text(component.type))),
      log_place_{place.connector, place.task, {}},
      log_limit_({}, [&world = services.world] { return world.now(); }),
      secrets_(config.secrets),
      files_(config.confinement),
      metrics_(component, labels_of(place)) {
  for (const std::string& secret : secrets_) services_.scrubber.add(secret);
  for (const std::string& each : metrics_.refused()) services_.log(LogLevel::warn, logger_, log_place_, each);
  api_.struct_size = sizeof api_;
  api_.abi_minor = CONNECTOR_ABI_MINOR;
  api_.self = this;
  api_.instance = connector::view(name_);
  api_.log = [](void* self, std::int32_t level, connector_view message) { of(self).log(level, text(message)); };
  api_.add = [](void* self, std::uint32_t metric, double amount) { of(self).metrics_.add(metric, amount); };
  api_.set = [](void* self, std::uint32_t metric, double value) { of(self).metrics_.set(metric, value); };
  api_.observe = [](void* self, std::uint32_t metric, const double* values, std::uint64_t count) { of(self).metrics_.observe(metric, values, count); };
  api_.stopping = [](void* self) -> std::uint32_t { return of(self).stopping_.load(std::memory_order_acquire) ? 1 : 0; };
  api_.state_get = [](void* self, connector_view name, void (*with)(void*, connector_view), void* arg) { return of(self).state_get(text(name), with, arg); };
  api_.state_put = [](void* self, connector_view name, connector_view value) { return of(self).state_put(text(name), text(value)); };
  api_.open_file = [](void* self, std::uint32_t purpose, connector_view path, std::int32_t flags, std::uint32_t mode, void (*with)(void*, connector_view),
                      void* arg) { return of(self).open_file(purpose, text(path), flags, mode, with, arg); };
  api_.confines = [](void* self, std::uint32_t purpose, connector_view path) { return of(self).confines(purpose, text(path)); };
}

InstanceHost::~InstanceHost() {
  for (const std::string& secret : secrets_) services_.scrubber.remove(secret);
}

void InstanceHost::log(std::int32_t level, std::string_view message) noexcept try {
  const auto known = LogLevel(std::clamp<std::int32_t>(level, CONNECTOR_LOG_DEBUG, CONNECTOR_LOG_ERROR));
  const auto answer = log_limit_.ask(observability::kind_of_line(message));
  if (answer.write) services_.log(known, logger_, log_place_, observability::with_held_back(services_.scrubber.scrub(message), answer.held_back));
} catch (const std::exception&) {  // without memory a line is lost; the plugin's frames must see no exception
}

connector_code InstanceHost::state_get(std::string_view name, void (*with)(void*, connector_view), void* arg) const noexcept try {
  const auto value = services_.state_dir.get(state_owner_, name);
  if (!value) return CONNECTOR_REJECTED;
  with(arg, connector::view(*value));
  return CONNECTOR_OK;
} catch (const std::exception&) {
  return CONNECTOR_RETRIABLE;
}

connector_code InstanceHost::state_put(std::string_view name, std::string_view value) const {
  try {
    services_.state_dir.put(state_owner_, name, value);
    return CONNECTOR_OK;
  } catch (const std::exception& error) {
    services_.log(LogLevel::warn, logger_, log_place_, std::string("cannot keep a state: ") + error.what());
    return CONNECTOR_RETRIABLE;
  }
}

std::int32_t InstanceHost::open_file(std::uint32_t purpose, std::string_view path, std::int32_t flags, std::uint32_t mode, void (*with)(void*, connector_view),
                                     void* arg) const noexcept try {
  const auto known = purpose_of(purpose);
  if (!known) return -EINVAL;
  const files::Opened opened = files_.open(*known, std::string(path), flags, mode);
  if (opened.refusal && with) {
    const std::string why = opened.refusal->line();
    with(arg, connector::view(why));
  }
  return opened.error == 0 ? opened.fd : -opened.error;
} catch (const std::exception&) {
  return -ENOMEM;
}

// What is not known is confined: no library may open it.
std::uint32_t InstanceHost::confines(std::uint32_t purpose, std::string_view path) const noexcept try {
  const auto known = purpose_of(purpose);
  return !known || files_.confines(*known, std::string(path)) ? 1 : 0;
} catch (const std::exception&) {
  return 1;
}

}  // namespace connector_host::runtime
