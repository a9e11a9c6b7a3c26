#include "host/tracing/sampler.hpp"

#include <algorithm>
#include <cmath>

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

bool Sampler::keeps_child(const SpanContext& parent) const {
  if (parent_decides_) return parent.sampled;
  std::uint64_t end = 0;
  for (std::size_t i = 8; i < parent.trace_id.size(); ++i) end = end << 8 | parent.trace_id[i];
  return keeps_root(end);
}

}  // namespace connector_host::tracing
