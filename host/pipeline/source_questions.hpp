#pragma once
// SourceQuestions: calls that other threads want made to a source, which only the intake thread may call: they wait here
// until it makes them between two polls.
//
// add is thread-safe; answer is the intake thread's.
#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

#include "host/plugin/source_handle.hpp"

namespace connector_host::pipeline {

class SourceQuestions {
 public:
  using Question = std::function<void(plugin::SourceHandle&)>;

  void add(Question question);
  void answer(plugin::SourceHandle& source);

 private:
  std::atomic<bool> any_ = false;
  std::mutex mutex_;  // guards questions_
  std::vector<Question> questions_;
};

}  // namespace connector_host::pipeline
