#include "tests/integration/event_tool/report.hpp"

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace event_tool {
namespace {

void row(std::ostream& out, const char* name, std::uint64_t value) {
  out << "  " << std::left << std::setw(34) << name << std::right << std::setw(10) << value << '\n';
}

void fault(std::ostream& out, const char* name, std::uint64_t value) {
  if (value > 0) row(out, name, value);
}

}  // namespace

double Report::rate() const {
  return last_ms > first_ms
             ? static_cast<double>(published) * 1000 / static_cast<double>(last_ms - first_ms)
             : 0;
}

void Report::arrived(std::int64_t timestamp_ms) {
  if (timestamp_ms <= 0) return;
  first_ms = first_ms == 0 ? timestamp_ms : std::min(first_ms, timestamp_ms);
  last_ms = std::max(last_ms, timestamp_ms);
}

bool Report::kept(std::uint64_t repeats_allowed) const {
  const std::uint64_t wrong =
      altered + wrong_key + wrong_headers + foreign + dead_altered + dead_unexplained + dead_good;
  return complete() && wrong == 0 && repeated + dead_repeated <= repeats_allowed;
}

std::string Report::json() const {
  std::ostringstream out;
  out << "{\"published\":" << published << ",\"originals\":" << planned.originals
      << ",\"duplicates_published\":" << planned.repeats
      << ",\"poison_published\":" << planned.poison << ",\"delivered\":" << delivered
      << ",\"repeated\":" << repeated << ",\"altered\":" << altered
      << ",\"wrong_key\":" << wrong_key << ",\"wrong_headers\":" << wrong_headers
      << ",\"foreign\":" << foreign << ",\"dead_lettered\":" << dead_lettered
      << ",\"dead_repeated\":" << dead_repeated << ",\"dead_altered\":" << dead_altered
      << ",\"dead_unexplained\":" << dead_unexplained << ",\"dead_good\":" << dead_good
      << ",\"lost\":" << lost() << ",\"events_per_second\":" << static_cast<std::uint64_t>(rate())
      << "}";
  return out.str();
}

std::string Report::table() const {
  std::ostringstream out;
  row(out, "published", published);
  row(out, "delivered", delivered);
  row(out, "duplicates skipped", planned.repeats > repeated ? planned.repeats - repeated : 0);
  row(out, "dead-lettered", dead_lettered);
  row(out, "lost", lost());
  row(out, "events a second", static_cast<std::uint64_t>(rate()));
  fault(out, "repeated in the topic", repeated);
  fault(out, "altered", altered);
  fault(out, "with a wrong key", wrong_key);
  fault(out, "with wrong headers", wrong_headers);
  fault(out, "never published", foreign);
  fault(out, "dead letters repeated", dead_repeated);
  fault(out, "dead letters altered", dead_altered);
  fault(out, "dead letters without a reason", dead_unexplained);
  fault(out, "good events dead-lettered", dead_good);
  return out.str();
}

}  // namespace event_tool
