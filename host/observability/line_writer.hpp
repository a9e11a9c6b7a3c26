#pragma once
// LineWriter: lines to a descriptor that may be closed, full or slow. It waits for a slow reader and never ends the process: what
// cannot be written is lost and counted. It does not own the descriptor. Not thread-safe, but for lost(); LineQueue owns it.
#include <atomic>
#include <cstdint>
#include <string_view>

namespace connector_host::observability {

class LineWriter {
 public:
  explicit LineWriter(int descriptor) : descriptor_(descriptor) {}

  void write(std::string_view line) noexcept;  // with its line break
  std::uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }

 private:
  bool write_all(std::string_view bytes) noexcept;

  const int descriptor_;
  bool torn_ = false;  // the last line was written in part
  std::atomic<std::uint64_t> lost_ = 0;
};

}  // namespace connector_host::observability
