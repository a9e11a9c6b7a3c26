#pragma once
// CapturedLines: a temporary file that a log writes to, and its lines. For tests.
#include <stdlib.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace connector_host::observability {

class CapturedLines {
 public:
  CapturedLines() {
    char name[] = "/tmp/connector-host-log-XXXXXX";
    descriptor_ = mkstemp(name);
    if (descriptor_ < 0) throw std::runtime_error("cannot make a temporary file");
    unlink(name);
  }
  ~CapturedLines() { close(descriptor_); }
  CapturedLines(const CapturedLines&) = delete;
  CapturedLines& operator=(const CapturedLines&) = delete;

  int descriptor() const { return descriptor_; }
  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    std::string line;
    char c = 0;
    for (off_t at = 0; pread(descriptor_, &c, 1, at) == 1; ++at) {
      if (c != '\n') {
        line += c;
        continue;
      }
      lines.push_back(line);
      line.clear();
    }
    if (!line.empty()) lines.push_back(line + " (without a line break)");
    return lines;
  }

 private:
  int descriptor_ = -1;
};

}  // namespace connector_host::observability
