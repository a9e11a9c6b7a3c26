#include "host/pipeline/source_questions.hpp"

#include <utility>

namespace connector_host::pipeline {

void SourceQuestions::add(Question question) {
  std::lock_guard lock(mutex_);
  questions_.push_back(std::move(question));
  any_.store(true, std::memory_order_release);
}

void SourceQuestions::answer(plugin::SourceHandle& source) {
  if (!any_.load(std::memory_order_acquire)) return;
  std::vector<Question> questions;
  {
    std::lock_guard lock(mutex_);
    questions.swap(questions_);
    any_.store(false, std::memory_order_release);
  }
  for (const Question& each : questions) each(source);
}

}  // namespace connector_host::pipeline
