#pragma once
// TaskState: the state of a task in Kafka Connect's words, and what a task is asked for.
#include <array>
#include <cstdint>
#include <string>

namespace connector_host::pipeline {

// starting and ended have no word there: a starting task counts as RUNNING with an unhealthy dependency, and an ended
// one (its source said that there is nothing more) as STOPPED.
enum class TaskState : std::uint8_t { starting, running, holding, paused, failed, ended, stopped };
enum class Wanted : std::uint8_t { run, pause, stop };

inline constexpr std::array all_task_states = {TaskState::starting, TaskState::running, TaskState::holding, TaskState::paused,
                                               TaskState::failed,   TaskState::ended,   TaskState::stopped};

inline const char* name_of(TaskState state) {
  switch (state) {
    case TaskState::starting:
      return "STARTING";
    case TaskState::running:
      return "RUNNING";
    case TaskState::holding:
      return "HOLDING";
    case TaskState::paused:
      return "PAUSED";
    case TaskState::failed:
      return "FAILED";
    case TaskState::ended:
      return "ENDED";
    case TaskState::stopped:
      return "STOPPED";
  }
  return "FAILED";
}

}  // namespace connector_host::pipeline
