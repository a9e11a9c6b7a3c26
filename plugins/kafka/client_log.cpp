#include "plugins/kafka/client_log.hpp"

#include <utility>

namespace connector_host_plugins::kafka {
namespace {

constexpr std::chrono::seconds window{10};
constexpr int lines_per_window = 20;
constexpr std::size_t longest_line = 1000;

}  // namespace

void ClientLog::line(int syslog_level, const std::string& text) {
  const int held_back = admit();
  if (held_back < 0) return;
  if (held_back > 0) host_.warn("kafka client: " + std::to_string(held_back) + " lines held back");
  const std::string out = "kafka client: " + text.substr(0, longest_line);
  if (syslog_level <= 2)
    host_.error(out);
  else if (syslog_level <= 4)
    host_.warn(out);  // a lost connection is level 3; the outcome of calls says what it cost
  else if (syslog_level <= 6)
    host_.info(out);
  else
    host_.debug(out);
}

int ClientLog::admit() {
  std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (now - window_start_ >= window) {
    window_start_ = now;
    in_window_ = 0;
  }
  if (++in_window_ > lines_per_window) return ++held_back_, -1;
  return std::exchange(held_back_, 0);
}

}  // namespace connector_host_plugins::kafka
