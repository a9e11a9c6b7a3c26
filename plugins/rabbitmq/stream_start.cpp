#include "plugins/rabbitmq/stream_start.hpp"

#include <algorithm>
#include <ctime>

#include "connector/error.hpp"

namespace connector_host_plugins::rabbitmq {
namespace {

bool is_number(const std::string& text) {
  constexpr std::size_t most_digits = 18;  // fits into a signed 64-bit integer
  return !text.empty() && text.size() <= most_digits &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

StreamStart StreamStart::parse(const std::string& text) {
  StreamStart out;
  out.text_ = text;
  if (text == "first" || text == "last" || text == "next" || is_number(text)) return out;
  std::tm time{};
  const char* const end = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &time);
  const std::time_t seconds = end && *end == '\0' ? ::timegm(&time) : -1;
  if (seconds < 0) {
    throw connector::bad_config("option 'stream_offset': '" + text.substr(0, 64) +
                                "' is no place in a stream; use first, last, next, a number, or a "
                                "time such as 2026-11-23T12:00:00Z");
  }
  out.is_time_ = true;
  out.seconds_ = std::uint64_t(seconds);
  return out;
}

void StreamStart::add_to(ArgumentTable& arguments) const {
  static const std::string name = "x-stream-offset";
  is_time_ ? arguments.add_timestamp(name, seconds_) : arguments.add(name, text_);
}

}  // namespace connector_host_plugins::rabbitmq
