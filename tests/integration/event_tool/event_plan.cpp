#include "tests/integration/event_tool/event_plan.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace event_tool {
namespace {

constexpr std::uint64_t near_repeats =
    16;  // half of the repeats follow this closely, while the first copy is in flight

// SplitMix64: a fixed, published mixing function, so a plan is the same on every machine.
std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

std::string hex(std::uint64_t value) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
  return text.data();
}

// The number between the second and the third dash of "ev-SEED-INDEX-CHECK".
std::optional<std::uint64_t> index_field(std::string_view text) {
  const auto seed = text.find('-');
  const auto index = seed == text.npos ? seed : text.find('-', seed + 1);
  if (index == text.npos) return std::nullopt;
  std::uint64_t value = 0;
  const char* begin = text.data() + index + 1;
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), value);
  if (error != std::errc() || end == begin) return std::nullopt;
  return value;
}

}  // namespace

double EventPlan::share(std::uint64_t index) const {
  return static_cast<double>(mix(settings_.seed ^ mix(index)) >> 11) * 0x1p-53;
}

EventKind EventPlan::kind(std::uint64_t index) const {
  if (index == 0) return EventKind::original;  // so that every repeat has something to repeat
  const double at = share(index);
  if (at < settings_.poison) return EventKind::poison;
  return at < settings_.poison + settings_.duplicates ? EventKind::repeat : EventKind::original;
}

std::uint64_t EventPlan::original_of(std::uint64_t index) const {
  if (kind(index) != EventKind::repeat) return index;
  const std::uint64_t draw = mix(settings_.seed + index);
  const std::uint64_t reach = draw % 2 == 0 ? std::min(index, near_repeats) : index;
  std::uint64_t candidate = index - 1 - (draw >> 1) % reach;
  while (kind(candidate) != EventKind::original) --candidate;
  return candidate;
}

std::string EventPlan::id(std::uint64_t original) const {
  return "ev-" + std::to_string(settings_.seed) + "-" + std::to_string(original) + "-" +
         hex(mix(settings_.seed * 31 + original)).substr(0, 8);
}

std::string EventPlan::body(std::uint64_t original) const {
  std::string text = R"({"event_id":")" + id(original) + R"(","type":"order.created","sequence":)" +
                     std::to_string(original) + R"(,"payload":")";
  constexpr std::string_view end = R"("})";
  for (std::uint64_t word = original; text.size() + end.size() < settings_.size;) {
    word = mix(word);
    text += hex(word).substr(0, settings_.size - end.size() - text.size());
  }
  return text.append(end);
}

std::string EventPlan::poison_mark(std::uint64_t index) const {
  return "bad-" + std::to_string(settings_.seed) + "-" + std::to_string(index) + "-" +
         hex(mix(index)).substr(0, 8);
}

// The four ways in which an event can have no id.
std::string EventPlan::poison_body(std::uint64_t index) const {
  const std::string mark = poison_mark(index);
  switch (mix(settings_.seed ^ index) % 4) {
    case 0:
      return mark + " is not JSON";
    case 1:
      return R"({"note":")" + mark + R"(","type":"order.created"})";
    case 2:
      return R"({"event_id":")" + mark;
    default:
      return R"({"event_id":null,"note":")" + mark + R"("})";
  }
}

std::optional<std::uint64_t> EventPlan::index_of_id(std::string_view text) const {
  const auto index = index_field(text);
  if (!index || *index >= settings_.count || kind(*index) != EventKind::original ||
      id(*index) != text)
    return std::nullopt;
  return index;
}

std::optional<std::uint64_t> EventPlan::index_of_poison(std::string_view body) const {
  const auto mark = body.find("bad-");
  if (mark == body.npos) return std::nullopt;
  const auto index = index_field(body.substr(mark));
  if (!index || *index >= settings_.count || kind(*index) != EventKind::poison) return std::nullopt;
  return body.find(poison_mark(*index)) == mark ? index : std::nullopt;
}

PlanTotals EventPlan::totals() const {
  PlanTotals totals;
  for (std::uint64_t i = 0; i < settings_.count; ++i) switch (kind(i)) {
      case EventKind::original:
        ++totals.originals;
        break;
      case EventKind::repeat:
        ++totals.repeats;
        break;
      case EventKind::poison:
        ++totals.poison;
        break;
    }
  return totals;
}

}  // namespace event_tool
