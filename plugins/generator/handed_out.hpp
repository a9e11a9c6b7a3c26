#pragma once
// HandedOut: the events that the host has and has not settled, one slot each.
//
// A position is a slot and its generation, so a position that was settled before, or belongs to an
// earlier opening, is recognised. Memory follows the most that was ever in flight, not what was
// handed out in all. Not thread-safe: the intake thread's alone. Owned by the source.
#include <cstdint>
#include <optional>
#include <vector>

namespace connector_host_plugins::generator {

struct Event {
  std::uint64_t sequence = 0;
  std::uint32_t deliveries = 0;  // how often it was handed out before

  bool operator>(const Event& other) const { return sequence > other.sequence; }
};

class HandedOut {
 public:
  // Returns the position to hand out.
  std::uint64_t add(Event event);
  // Nothing when the position is not in flight.
  std::optional<Event> settle(std::uint64_t position);
  // Every event in flight; none of their positions is known any more.
  std::vector<Event> take_all();
  std::size_t size() const { return slots_.size() - free_.size(); }

 private:
  struct Slot {
    Event event;
    std::uint32_t generation = 0;
    bool used = false;
  };

  Event vacate(std::uint32_t index);

  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace connector_host_plugins::generator
