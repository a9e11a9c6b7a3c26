#pragma once
// DeliveryWindow: the deliveries of one channel that nobody has acknowledged yet, for sources whose broker numbers
// deliveries 1, 2, 3, … per connection and accepts "everything up to n" (AMQP 0-9-1: basic.ack with `multiple`).
//
// It turns a tag into a position that also names the connection it came over, so that a position of an older connection
// is recognised and never sent: the same tag means another message now, and acknowledging it would lose that one. It
// finds the settled prefix for one `multiple` ack, and the stragglers behind a record that takes long. It never yields
// tag 0, which AMQP reads as "everything outstanding" (AMQP 0-9-1 specification, basic.ack, field multiple).
//
// It sends nothing itself. Not thread-safe: the intake thread's alone.
#include <cstddef>
#include <cstdint>
#include <vector>

namespace connector {

class DeliveryWindow {
 public:
  enum class Settled { now, stale, unknown };

  // A new connection: tags begin at 1 again, and every position handed out so far is stale.
  void restart() {
    epoch_ = (epoch_ + 1) & epoch_mask;  // what a position has room for; nothing is in flight for 65,536 connections
    first_ = next_ = 1;
    marks_.assign(marks_.size(), Mark::outstanding);
    settled_count_ = 0;
    settled_.clear();
  }
  std::uint64_t epoch() const { return epoch_; }

  // The broker delivered this tag; tags arrive in order, beginning at 1. Returns the position to hand out.
  std::uint64_t deliver(std::uint64_t tag) {
    while (next_ <= tag) {
      if (next_ - first_ >= marks_.size()) grow();
      mark(next_++) = Mark::outstanding;
    }
    return (epoch_ << tag_bits) | tag;
  }

  // unknown: not outstanding (settled before, or never delivered).
  Settled settle(std::uint64_t position) { return put(position, Mark::settled); }
  // The same for a delivery that is answered otherwise (nack): it needs no ack any more.
  Settled answer(std::uint64_t position) {
    const Settled result = put(position, Mark::answered);
    if (result == Settled::now) skip_answered();
    return result;
  }
  // As settle would answer, and nothing changes.
  Settled state_of(std::uint64_t position) {
    if (position >> tag_bits != epoch_) return Settled::stale;
    const std::uint64_t tag = tag_of(position);
    return tag < first_ || tag >= next_ || mark(tag) != Mark::outstanding ? Settled::unknown : Settled::now;
  }
  static std::uint64_t tag_of(std::uint64_t position) { return position & tag_mask; }

  // The last tag of the settled prefix, to be acknowledged with `multiple`, or 0 when there is none; it counts as
  // acknowledged from then on.
  std::uint64_t take_prefix() {
    std::uint64_t last = 0;
    while (first_ < next_ && mark(first_) != Mark::outstanding) {
      if (mark(first_) == Mark::settled) last = first_, --settled_count_;
      ++first_;
    }
    if (settled_count_ == 0) settled_.clear();
    return last;
  }
  // Tags that are settled behind an outstanding one, in the order in which they were settled, to be acknowledged one by
  // one; they count as acknowledged. Returns how many entries it looked at: however long the oldest one has been
  // outstanding, no more than were settled since the last time.
  std::size_t take_stragglers(std::vector<std::uint64_t>& tags) {
    tags.clear();
    for (const std::uint64_t tag : settled_) {
      if (!waits(tag)) continue;
      mark(tag) = Mark::answered;
      --settled_count_;
      tags.push_back(tag);
    }
    const std::size_t looked_at = settled_.size();
    settled_.clear();
    return looked_at;
  }

  // Delivered and neither acknowledged nor settled, oldest first; and how many are settled but not yet acknowledged.
  std::uint64_t span() const { return next_ - first_; }
  std::uint64_t settled_count() const { return settled_count_; }

 private:
  enum class Mark : std::uint8_t { outstanding, settled, answered };
  static constexpr int tag_bits = 48;
  static constexpr std::uint64_t tag_mask = (std::uint64_t(1) << tag_bits) - 1;
  static constexpr std::size_t few = 256;  // not worth a look through them
  static constexpr std::uint64_t epoch_mask = (std::uint64_t(1) << (64 - tag_bits)) - 1;

  Settled put(std::uint64_t position, Mark to) {
    const Settled state = state_of(position);
    if (state != Settled::now) return state;
    const std::uint64_t tag = tag_of(position);
    if (to == Mark::settled) remember(tag);
    mark(tag) = to;
    settled_count_ += to == Mark::settled;
    return state;
  }
  // Settled, and not acknowledged yet.
  bool waits(std::uint64_t tag) { return tag >= first_ && mark(tag) == Mark::settled; }
  // The prefix leaves its tags behind here; they go once they are the larger part.
  void remember(std::uint64_t tag) {
    if (settled_.size() > 2 * settled_count_ + few) std::erase_if(settled_, [this](std::uint64_t each) { return !waits(each); });
    settled_.push_back(tag);
  }
  void skip_answered() {
    while (first_ < next_ && mark(first_) == Mark::answered) ++first_;
  }
  Mark& mark(std::uint64_t tag) { return marks_[tag & (marks_.size() - 1)]; }
  void grow() {
    std::vector<Mark> larger(marks_.size() * 2);
    for (std::uint64_t tag = first_; tag < next_; ++tag) larger[tag & (larger.size() - 1)] = mark(tag);
    marks_.swap(larger);
  }

  std::uint64_t epoch_ = 0;
  std::uint64_t first_ = 1, next_ = 1;  // [first_, next_) may hold outstanding tags; everything before is answered
  std::uint64_t settled_count_ = 0;
  std::vector<std::uint64_t> settled_;                 // every tag that is settled and not acknowledged, and some that are by now
  std::vector<Mark> marks_ = std::vector<Mark>(1024);  // ring by tag, a power of two
};

}  // namespace connector
