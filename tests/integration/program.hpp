#pragma once
// Program: a child process of a test, with its output in a file. Ended by its pid when the test is
// over, however that is.
#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace integration {

using Environment = std::map<std::string, std::string>;

class Program {
 public:
  // command[0] is a path; environment comes on top of the test's own.
  Program(std::vector<std::string> command, const Environment& environment,
          std::string output_file);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number) const;
  bool running() const;
  // The exit code, or 128 and the signal; nothing when it still runs at the deadline.
  std::optional<int> wait(std::chrono::milliseconds limit) const;
  std::string output() const;

 private:
  pid_t pid_ = -1;
  mutable std::optional<int> ended_;
  const std::string output_file_;
};

struct Finished {
  int code = -1;  // -1: it had to be killed at the limit
  std::string output;
};

// Runs a command to its end.
Finished run(std::vector<std::string> command, const Environment& environment = {},
             std::chrono::milliseconds limit = std::chrono::seconds(120));

// The bytes of a file; none when it cannot be read.
std::string file_text(const std::string& path);

// Asks until it is so or the limit is over.
template <class F>
bool eventually(F&& so, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!so()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // between two questions
  }
  return true;
}

}  // namespace integration
