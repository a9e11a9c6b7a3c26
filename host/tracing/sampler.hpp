#pragma once
// Sampler: which traces are recorded, decided where they begin (head sampling), by the rules and names of OpenTelemetry's
// OTEL_TRACES_SAMPLER. Immutable, thread-safe, and cheap enough to be asked for every record.
#include <cstdint>
#include <optional>
#include <string_view>

#include "host/tracing/span_context.hpp"

namespace connector_host::tracing {

class Sampler {
 public:
  // always_on, always_off, traceidratio, or one of them with parentbased_ before it. Nothing: there is no such sampler.
  static std::optional<Sampler> named(std::string_view name, double ratio);

  Sampler() = default;  // parentbased_always_on

  // Of a trace that would begin here; its id ends with these eight bytes.
  bool keeps_root(std::uint64_t end_of_trace_id) const { return (end_of_trace_id & most) < threshold_; }
  // The same decision for many: how many roots are not kept before the next one that is, and such an end of an id, each made
  // of a random number. What comes between costs its caller a countdown.
  std::uint64_t roots_to_pass(std::uint64_t random) const;
  std::uint64_t kept_end(std::uint64_t random) const { return (random & ~most) | (random & most) % threshold_; }
  bool keeps_child(const SpanContext& parent) const;

 private:
  // The ratio is held against the last seven bytes, the part that W3C Trace Context calls random.
  static constexpr std::uint64_t most = (std::uint64_t(1) << 56) - 1;

  std::uint64_t threshold_ = most + 1;
  bool parent_decides_ = true;
};

}  // namespace connector_host::tracing
