// publish: sends a plan's events to one queue, in order, each confirmed by the server before it
// returns. The message carries what a host is expected to carry on: id, content type and two
// headers.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/integration/event_tool/amqp_channel.hpp"
#include "tests/integration/event_tool/event_plan.hpp"

namespace event_tool {

inline constexpr std::string_view index_header = "x-event-index";
inline constexpr std::string_view origin_header = "x-origin";
inline constexpr std::string_view origin_value = "event_tool";

struct PublishSettings {
  std::string url;
  std::string queue;
  QueueType type = QueueType::classic;
  bool persistent = true;
  double rate = 0;  // per second; 0: as fast as the server confirms
  std::size_t window = 1000;
  std::vector<std::string> headers;                      // NAME=VALUE, beside those of every event
  std::function<bool()> stopped = [] { return false; };  // asked before each event
};

// How many were published: all, or those before it was stopped. A plan with a lower count begins
// with the same events. progress: called with the number sent so far, about four times a second.
std::uint64_t publish(const EventPlan& plan, const PublishSettings& settings,
                      const std::function<void(std::uint64_t)>& progress);

}  // namespace event_tool
