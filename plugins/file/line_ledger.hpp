#pragma once
// LineLedger: the lines that were handed out and are not settled, oldest first.
//
// From it comes the settled prefix (everything before the oldest line) and what is to be handed out
// again. Memory follows the lines in flight, however far the newest is ahead of the oldest. Not
// thread-safe: the intake thread's alone. Owned by the source.
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace connector_host_plugins::file {

class LineLedger {
 public:
  struct Entry {
    std::uint64_t number = 0;  // rises from line to line
    std::uint64_t begin = 0, length = 0;
    std::uint32_t file = 0;        // which of the files, see FileTail
    std::uint32_t deliveries = 0;  // how often it was handed out
    enum class State : std::uint8_t { handed_out, waiting, settled } state = State::handed_out;
    bool too_long = false;
    std::string text;  // of a stream, which cannot be read again
  };

  // The entry as it is kept; valid until the ledger changes.
  const Entry& add(Entry entry);
  // False when the position is not handed out: settled before, or of an earlier opening.
  bool settle(std::uint64_t position);
  bool requeue(std::uint64_t position);
  // The oldest line that waits to be handed out again; it counts as handed out from then on. Null:
  // none.
  Entry* take_waiting();
  void forget(Entry& entry);  // settles a line that take_waiting gave
  std::uint64_t position_of(const Entry& entry) const {
    return (epoch_ << number_bits) | (entry.number & number_mask);
  }
  // Null when everything is settled.
  const Entry* oldest() const { return head_ < entries_.size() ? &entries_[head_] : nullptr; }
  bool empty() const { return head_ == entries_.size(); }
  // Positions handed out so far are not known any more; either nothing is in flight then, or
  // everything waits.
  void restart_empty();
  void restart_waiting();

 private:
  static constexpr int number_bits = 44;
  static constexpr std::uint64_t number_mask = (std::uint64_t(1) << number_bits) - 1;

  std::vector<Entry>::iterator at(std::uint64_t number);
  Entry* find(std::uint64_t position);
  void next_epoch();
  void trim();

  std::uint64_t epoch_ = 1;  // fits above the number
  std::uint64_t next_number_ = 0;
  std::vector<Entry> entries_;  // sorted by number; before head_ everything is settled
  std::size_t head_ = 0;
  std::size_t settled_ = 0;          // of [head_, end)
  std::set<std::uint64_t> waiting_;  // numbers of lines that wait; few, and seldom any
};

}  // namespace connector_host_plugins::file
