#pragma once
// TopicLimits: the sizes and timestamps that a topic's configuration allows.
//
// Not the broker's verdict: a limit that is not known rejects no record here. A value; any thread;
// no I/O. Sizes are bytes of a record batch, times are milliseconds.
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace connector_host_plugins::kafka {

class TopicLimits {
 public:
  static constexpr std::int64_t none = std::numeric_limits<std::int64_t>::max();

  // Takes one entry of the configuration in, in any order; ignores those that limit neither.
  void set(std::string_view name, std::string_view value);

  // max.message.bytes
  std::int64_t max_bytes() const { return max_bytes_; }
  // Why the broker would refuse this timestamp of a record; empty: it would not.
  std::string timestamp_refusal(std::string_view topic, std::int64_t timestamp_ms,
                                std::int64_t now_ms) const;

 private:
  // Brokers before 4.0 have one limit for both, which the newer ones override.
  std::int64_t before() const { return before_ms_ != none ? before_ms_ : difference_ms_; }
  std::int64_t after() const { return after_ms_ != none ? after_ms_ : difference_ms_; }

  std::int64_t max_bytes_ = none;
  std::int64_t before_ms_ = none, after_ms_ = none, difference_ms_ = none;
  bool log_append_time_ = false;  // the broker replaces timestamps, and takes any
};

}  // namespace connector_host_plugins::kafka
