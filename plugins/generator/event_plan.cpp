#include "plugins/generator/event_plan.hpp"

namespace connector_host_plugins::generator {

// The output function of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
// Generators, 2014).
std::uint64_t EventPlan::bits(std::uint64_t sequence) const {
  std::uint64_t z = seed_ * 0xD1342543DE82EF95u + (sequence + 1) * 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

EventPlan::Kind EventPlan::kind(std::uint64_t sequence) const {
  if (sequence % block == 0) return fractions_.poison >= 1 ? Kind::poison : Kind::fresh;
  const double share = double(bits(sequence) >> 11) * 0x1p-53;
  if (share < fractions_.poison) return Kind::poison;
  return share < fractions_.poison + fractions_.duplicates ? Kind::duplicate : Kind::fresh;
}

std::uint64_t EventPlan::event_of(std::uint64_t sequence) const {
  if (kind(sequence) != Kind::duplicate) return sequence;
  const std::uint64_t first = sequence - sequence % block;
  std::uint64_t event = first + bits(~sequence) % (sequence - first);
  while (kind(event) != Kind::fresh)
    --event;  // ends at first, which is fresh wherever there are duplicates
  return event;
}

}  // namespace connector_host_plugins::generator
