#pragma once
// ConnectionCounts: what became of a dependency's connections and calls so far. Plain data.
#include <cstdint>

namespace connector_host::middleware {

struct ConnectionCounts {
  std::uint64_t opened = 0, not_opened = 0, lost = 0;
  std::uint64_t failed_calls = 0;   // that may go better another time
  std::uint64_t refused_calls = 0;  // that only the user can mend

  ConnectionCounts& operator+=(const ConnectionCounts& other) {
    opened += other.opened;
    not_opened += other.not_opened;
    lost += other.lost;
    failed_calls += other.failed_calls;
    refused_calls += other.refused_calls;
    return *this;
  }
};

}  // namespace connector_host::middleware
