#pragma once
// Message: what the queue carries in a simulation, with the truth about what is to become of it.
//
// A value tells the components what to do with it, by markers in its text: the functions below are
// how they read them.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulation/scheduler.hpp"

namespace simulation {

enum class Kind {
  good,             // to be written, each of its parts
  unwanted,         // a transform drops it
  not_json,         // no id can be found
  no_id,            //
  untransformable,  // a transform rejects it, or a part of it
  refused,          // the sink rejects it, or a part of it
  too_large,        // refused, and the dead letter takes it only truncated
  unacceptable,     // refused, and an impatient dead letter refuses it even truncated
  deadly,           // the process ends whenever the sink has it
  stubborn          // the sink fails for it each time, and calls that a failure of the moment
};

// To be set aside.
constexpr bool is_rejected(Kind kind) {
  return kind != Kind::good && kind != Kind::unwanted;
}

struct Message {
  std::string value;
  std::string id;                  // as the dedup store sees it; empty: none can be found
  std::string key;                 // empty: none
  std::vector<std::string> parts;  // what the sink is offered of it; without transforms, the value
  Kind kind = Kind::good;
  bool redelivered = false;
  bool acked = false;
  std::uint32_t deliveries = 0;
  std::uint64_t delivered_at = 0;  // the latest delivery, in steps of the scheduler
  Time delivered_time{};
};

// A value may say into which parts it is split, a letter each: what the transforms and the sink do
// with the part.
inline constexpr char wanted = 'w', filtered = 'f', untransformable = 't', refused = 's';

inline bool has(std::string_view value, std::string_view marker) {
  return value.find(marker) != std::string_view::npos;
}
// The value of a part: the whole, and what part it is.
inline std::string part_of(std::string_view whole, char letter, std::size_t index) {
  return std::string(whole) + '#' + letter + std::to_string(index);
}
inline bool is_part(std::string_view value, char letter) {
  const std::size_t at = value.rfind('#');
  return at != std::string_view::npos && value[at + 1] == letter;
}
inline bool is_split(std::string_view value) {
  return has(value, "\"split\":\"");
}
inline std::string_view letters_of(std::string_view value) {
  constexpr std::string_view marker = "\"split\":\"";
  const std::size_t first = value.find(marker) + marker.size();
  return value.substr(first, value.find('"', first) - first);
}
inline bool sink_rejects(std::string_view value) {
  return has(value, "\"refused\"") || is_part(value, refused);
}
inline bool whole_is_too_large(std::string_view value) {
  return has(value, "\"large\"");
}
inline bool ends_the_process(std::string_view value) {
  return has(value, "\"deadly\"");
}
inline bool is_correction(std::string_view value) {
  return has(value, "\"corrected\"");
}
inline bool never_succeeds(std::string_view value) {
  return has(value, "\"stubborn\"");
}
inline bool never_a_dead_letter(std::string_view value) {
  return has(value, "\"unacceptable\"");
}

}  // namespace simulation
