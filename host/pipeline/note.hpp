#pragma once
// Note: a small text of one task that outlives the task and, where there is a state_dir, the process.
//
// Two functions, so that the pipeline does not know where notes are kept. Neither throws; where nothing can be kept, read
// returns an empty text. write("") removes the note. Called by the thread that owns what is noted.
#include <functional>
#include <string>

namespace connector_host::pipeline {

struct Note {
  std::function<std::string()> read = [] { return std::string(); };
  std::function<void(const std::string&)> write = [](const std::string&) {};
};

}  // namespace connector_host::pipeline
