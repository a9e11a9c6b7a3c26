#pragma once
// Turns: lets at most so many callers in at once; the others wait for their turn, in no order. Costs nothing without a
// limit. Thread-safe.
#include <cstdint>
#include <optional>
#include <semaphore>

namespace connector_host::plugin {

class Turns {
 public:
  // 0: no limit.
  explicit Turns(std::uint32_t limit) {
    if (limit > 0) free_.emplace(std::ptrdiff_t(limit));
  }

  // Waits; the turn ends with it.
  class Turn {
   public:
    explicit Turn(Turns& turns) : turns_(turns) {
      if (turns_.free_) turns_.free_->acquire();
    }
    ~Turn() {
      if (turns_.free_) turns_.free_->release();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Turns& turns_;
  };

 private:
  std::optional<std::counting_semaphore<>> free_;
};

}  // namespace connector_host::plugin
