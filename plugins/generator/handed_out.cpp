#include "plugins/generator/handed_out.hpp"

namespace connector_host_plugins::generator {

std::uint64_t HandedOut::add(Event event) {
  if (free_.empty()) {
    free_.push_back(std::uint32_t(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  Slot& slot = slots_[index];
  slot.event = event;
  slot.used = true;
  return (std::uint64_t(slot.generation) << 32) | index;
}

std::optional<Event> HandedOut::settle(std::uint64_t position) {
  const auto index = std::uint32_t(position);
  if (index >= slots_.size()) return std::nullopt;
  const Slot& slot = slots_[index];
  if (!slot.used || slot.generation != position >> 32) return std::nullopt;
  return vacate(index);
}

std::vector<Event> HandedOut::take_all() {
  std::vector<Event> all;
  for (std::uint32_t index = 0; index < slots_.size(); ++index) {
    if (slots_[index].used) all.push_back(vacate(index));
  }
  return all;
}

Event HandedOut::vacate(std::uint32_t index) {
  Slot& slot = slots_[index];
  slot.used = false;
  ++slot.generation;
  free_.push_back(index);
  return slot.event;
}

}  // namespace connector_host_plugins::generator
