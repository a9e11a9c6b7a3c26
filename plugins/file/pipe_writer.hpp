#pragma once
// PipeWriter: lines to standard output, which may be a pipe, a terminal, a socket or a file.
//
// It never blocks on a reader that does not read: it writes no more than what poll(2) promises to
// take, so cancel and the time limit end it. A line that was cut short by them is completed before
// the next one. Standard output stays blocking, as it belongs to the process. append may be called
// on any threads. One for the process, which FileSink holds.
#include <string>

#include "plugins/file/line_target.hpp"
#include "plugins/file/turn.hpp"

namespace connector_host_plugins::file {

class PipeWriter : public LineTarget {
 public:
  explicit PipeWriter(int fd) : fd_(fd) {}

  // Throws connector::Error when its reader is gone or there is no such descriptor.
  static void check(int fd);

  Appended append(std::string_view lines, const WakeSignal& cancel,
                  Clock::time_point deadline) override;
  void sync() override {}  // there is nobody to ask

 private:
  std::size_t put(std::string_view bytes, const WakeSignal& cancel, Clock::time_point deadline,
                  std::string& why);

  int fd_;
  Turn turn_;         // keeps lines whole; who has it may use rest_
  std::string rest_;  // of a line whose beginning is out
};

}  // namespace connector_host_plugins::file
