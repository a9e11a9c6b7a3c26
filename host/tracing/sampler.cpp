#include "host/tracing/sampler.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace connector_host::tracing {

std::optional<Sampler> Sampler::named(std::string_view name, double ratio) {
  constexpr std::string_view parent_based = "parentbased_";
  Sampler out;
  out.parent_decides_ = name.starts_with(parent_based);
  if (out.parent_decides_) name.remove_prefix(parent_based.size());
  if (name == "always_on")
    ratio = 1;
  else if (name == "always_off")
    ratio = 0;
  else if (name != "traceidratio")
    return std::nullopt;
  out.threshold_ = std::uint64_t(std::ldexp(std::clamp(ratio, 0.0, 1.0), 56));
  return out;
}

// The geometric distribution: as long as it takes when each root is kept with the same chance.
std::uint64_t Sampler::roots_to_pass(std::uint64_t random) const {
  if (threshold_ == 0) return std::numeric_limits<std::uint64_t>::max();
  if (threshold_ > most) return 0;
  const double uniform = std::ldexp(double(random >> 11) + 0.5, -53);  // never 0 or 1
  const double passed = std::log(uniform) / std::log1p(-std::ldexp(double(threshold_), -56));
  return std::uint64_t(std::min(passed, 1e18));
}

bool Sampler::keeps_child(const SpanContext& parent) const {
  if (parent_decides_) return parent.sampled;
  std::uint64_t end = 0;
  for (std::size_t i = 8; i < parent.trace_id.size(); ++i) end = end << 8 | parent.trace_id[i];
  return keeps_root(end);
}

}  // namespace connector_host::tracing
