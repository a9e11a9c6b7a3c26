// EventPlan: which events a run publishes, computed from a seed, so that publisher and verifier
// agree without a file between them. It is not random: the same settings always give the same
// bytes. Threads: immutable, any. Owner: whoever publishes or verifies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace event_tool {

struct PlanSettings {
  std::uint64_t count = 5000;
  std::size_t size = 256;   // bytes of a body, where its fields leave room
  double duplicates = 0.1;  // share of the published that repeat an earlier one
  double poison = 0.02;     // share of the published that no host can identify
  std::uint64_t seed = 1;
};

enum class EventKind { original, repeat, poison };

struct PlanTotals {
  std::uint64_t originals = 0;
  std::uint64_t repeats = 0;
  std::uint64_t poison = 0;
};

class EventPlan {
 public:
  explicit EventPlan(PlanSettings settings) : settings_(settings) {}

  const PlanSettings& settings() const { return settings_; }
  EventKind kind(std::uint64_t index) const;
  // The event whose id and body the one at index carries: itself, or the one that it repeats.
  std::uint64_t original_of(std::uint64_t index) const;

  std::string id(std::uint64_t original) const;
  std::string body(std::uint64_t original) const;
  std::string poison_body(std::uint64_t index) const;

  // Back from what arrived to the event; nothing when the text was not made by this plan.
  std::optional<std::uint64_t> index_of_id(std::string_view id) const;
  std::optional<std::uint64_t> index_of_poison(std::string_view body) const;

  PlanTotals totals() const;

 private:
  double share(std::uint64_t index) const;
  std::string poison_mark(std::uint64_t index) const;

  PlanSettings settings_;
};

}  // namespace event_tool
