#include "host/pipeline/backlog_watch.hpp"

#include <utility>

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;
constexpr auto between_looks = 10s;
constexpr auto call_time = 1s;

}  // namespace

plugin::CallResult BacklogWatch::look(bool idle) {
  const world::Time now = world_.now();
  if (!idle || !source_.has_backlog()) {
    set({});
    next_look_ = now + between_looks;
    return {};
  }
  if (now < next_look_) return {};
  next_look_ = now + between_looks;
  return ask(now);
}

plugin::CallResult BacklogWatch::ask(world::Time now) {
  std::uint64_t records = 0;
  plugin::CallResult result = source_.backlog(records, call_time);
  if (result.code == CONNECTOR_RETRIABLE) return {};  // not known now
  if (!result.ok()) return result;
  const std::uint64_t before = std::exchange(records_, records);
  if (records == 0 || records < before)
    set({});
  else if (!starved_since())
    set(now);
  return result;
}

std::optional<world::Time> BacklogWatch::starved_since() const {
  const world::Time since{world::Duration(starved_since_.load(std::memory_order_relaxed))};
  return since == world::Time{} ? std::nullopt : std::optional(since);
}

}  // namespace connector_host::pipeline
