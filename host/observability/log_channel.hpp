#pragma once
// LogChannel: what a Logger writes through; one per name of a Log. Implemented by Log. Thread-safe.
#include <string_view>

#include "host/observability/level.hpp"
#include "host/observability/log_line.hpp"

namespace connector_host::observability {

class LogChannel {
 public:
  virtual ~LogChannel() = default;
  virtual bool enabled(Level level) const noexcept = 0;
  // May throw (out of memory); Logger sees to that.
  virtual void write(Level level, const LogPlace& place, std::string_view message) = 0;
};

}  // namespace connector_host::observability
