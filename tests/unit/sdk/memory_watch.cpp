#include "memory_watch.hpp"

#include <cstdlib>
#include <new>

namespace connector_tests {
namespace {

thread_local bool failing = false;
thread_local std::size_t counted = 0;

void* allocate(std::size_t size) {
  ++counted;
  void* const memory = failing ? nullptr : std::malloc(size > 0 ? size : 1);
  if (!memory) throw std::bad_alloc();
  return memory;
}

}  // namespace

MemoryWatch::MemoryWatch(Mode mode) {
  counted = 0;
  failing = mode == Mode::fail;
}

MemoryWatch::~MemoryWatch() {
  failing = false;
}

std::size_t MemoryWatch::allocations() const {
  return counted;
}

}  // namespace connector_tests

void* operator new(std::size_t size) {
  return connector_tests::allocate(size);
}
void* operator new[](std::size_t size) {
  return connector_tests::allocate(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
