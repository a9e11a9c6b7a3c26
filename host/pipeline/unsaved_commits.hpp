#pragma once
// UnsavedCommits: ids that were delivered but could not be committed, because the dedup store was away. Not acknowledging
// them would make a certain duplicate; so they are acknowledged, kept here, answer claims as done, and are saved when the
// store is available. A note takes them over a restart of the task and a graceful stop of the process; a crash loses them:
// then a duplicate from the publisher goes through, never a record is lost.
//
// Bounded: at most `most` ids; the oldest goes first and is counted. One per task, thread-safe.
#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "host/pipeline/note.hpp"

namespace connector_host::pipeline {

class UnsavedCommits {
 public:
  // Begins with what the note holds.
  UnsavedCommits(std::size_t most, Note note);
  explicit UnsavedCommits(std::size_t most) : UnsavedCommits(most, {}) {}

  void add(std::string_view id);
  bool contains(std::string_view id) const;
  bool empty() const { return size_.load(std::memory_order_acquire) == 0; }
  std::size_t size() const { return size_.load(std::memory_order_acquire); }
  std::uint64_t forgotten() const { return forgotten_.load(std::memory_order_relaxed); }
  // The oldest ids, at most `count`; remove() them once they are saved.
  std::vector<std::string> oldest(std::size_t count) const;
  void remove(const std::vector<std::string>& ids);
  // At the end of the task: what is still unsaved goes into the note. Where nothing is, the note goes.
  void keep() const;

 private:
  void add_locked(std::string_view id);

  const std::size_t most_;
  const Note note_;
  std::atomic<bool> noted_ = false;    // the note may hold something
  std::atomic<std::size_t> size_ = 0;  // ids_.size(), readable without the mutex
  std::atomic<std::uint64_t> forgotten_ = 0;
  mutable std::mutex mutex_;  // guards ids_ and order_
  std::unordered_set<std::string> ids_;
  std::deque<std::string> order_;  // oldest first; may name ids that were removed
};

}  // namespace connector_host::pipeline
