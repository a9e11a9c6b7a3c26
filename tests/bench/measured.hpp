// Measured: what a run of a bare client cost: messages, wall time between two moments, CPU time of
// this process. Threads: one. Owner: the client's run().
#pragma once

#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <cstdio>

namespace bench {

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  double cpu_seconds() const { return cpu_now() - cpu_start_; }

 private:
  // All threads of the process: a library's own threads are part of its price.
  static double cpu_now() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }

  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  double cpu_start_ = cpu_now();
};

struct Measured {
  std::uint64_t messages = 0;
  double seconds = 0;
  double cpu_seconds = 0;
};

inline Measured measured(std::uint64_t messages, const Stopwatch& watch) {
  return {messages, watch.seconds(), watch.cpu_seconds()};
}

}  // namespace bench
