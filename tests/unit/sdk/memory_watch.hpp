#pragma once
// MemoryWatch: counts what this thread allocates with new while it lives, and makes all of it fail
// if asked to.
//
// The test program has an operator new of its own for that. One at a time on a thread.
#include <cstddef>

namespace connector_tests {

class MemoryWatch {
 public:
  enum class Mode { count, fail };
  explicit MemoryWatch(Mode mode = Mode::count);
  ~MemoryWatch();
  MemoryWatch(const MemoryWatch&) = delete;
  MemoryWatch& operator=(const MemoryWatch&) = delete;

  std::size_t allocations() const;
};

}  // namespace connector_tests
