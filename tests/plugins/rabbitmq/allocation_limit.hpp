#pragma once
// AllocationLimit: makes every new[] of more than so many bytes fail while it lives, in the plugin
// too.
//
// The test program has an operator new[] of its own for that, which a plugin that it loads finds
// first. One at a time, for all threads.
#include <cstddef>

namespace rabbitmq_test {

class AllocationLimit {
 public:
  explicit AllocationLimit(std::size_t most);
  ~AllocationLimit();
  AllocationLimit(const AllocationLimit&) = delete;
  AllocationLimit& operator=(const AllocationLimit&) = delete;
};

}  // namespace rabbitmq_test
