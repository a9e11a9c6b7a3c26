#pragma once
// Host: what the host lends to one instance, from its constructor to its destructor.
//
// Cheap to copy, usable on any thread. Logging is for rare events; nothing here may carry a record's body or a secret.
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "connector/abi.h"
#include "connector/view.hpp"

namespace connector {

class Host {
 public:
  explicit Host(const connector_host_api* host) : host_(host) {}

  std::string_view instance() const { return text(host_->instance); }
  void debug(std::string_view message) const { log(CONNECTOR_LOG_DEBUG, message); }
  void info(std::string_view message) const { log(CONNECTOR_LOG_INFO, message); }
  void warn(std::string_view message) const { log(CONNECTOR_LOG_WARN, message); }
  void error(std::string_view message) const { log(CONNECTOR_LOG_ERROR, message); }

  // metric: its place in the component's `metrics`.
  void add(std::uint32_t metric, double amount = 1) const { host_->add(host_->self, metric, amount); }
  void set(std::uint32_t metric, double value) const { host_->set(host_->self, metric, value); }
  void observe(std::uint32_t metric, std::span<const double> values) const { host_->observe(host_->self, metric, values.data(), values.size()); }
  bool stopping() const { return host_->stopping(host_->self) != 0; }

  // A small state that survives a restart; nothing when there is none. Throws when there is no memory for it, but never
  // through the host, which calls us back.
  std::optional<std::string> state(std::string_view name) const {
    struct {
      std::optional<std::string> value;
      std::exception_ptr failure;
    } found;
    auto take = [](void* arg, connector_view value) {
      auto& into = *static_cast<decltype(found)*>(arg);
      try {
        into.value.emplace(text(value));
      } catch (...) {
        into.failure = std::current_exception();
      }
    };
    host_->state_get(host_->self, view(name), take, &found);
    if (found.failure) std::rethrow_exception(found.failure);
    return std::move(found.value);
  }
  // Durable when it returns OK.
  connector_code keep_state(std::string_view name, std::string_view value) const { return host_->state_put(host_->self, view(name), view(value)); }

 private:
  void log(std::int32_t level, std::string_view message) const { host_->log(host_->self, level, view(message)); }

  const connector_host_api* host_;
};

}  // namespace connector
