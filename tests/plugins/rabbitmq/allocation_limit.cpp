#include "allocation_limit.hpp"

#include <atomic>
#include <limits>
#include <new>

namespace rabbitmq_test {
namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
std::atomic<std::size_t> limit = none;

}  // namespace

AllocationLimit::AllocationLimit(std::size_t most) {
  limit = most;
}

AllocationLimit::~AllocationLimit() {
  limit = none;
}

}  // namespace rabbitmq_test

void* operator new[](std::size_t size) {
  if (size > rabbitmq_test::limit) throw std::bad_alloc();
  return ::operator new(size);
}
void operator delete[](void* memory) noexcept {
  ::operator delete(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  ::operator delete(memory);
}
