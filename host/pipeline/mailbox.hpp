#pragma once
// Mailbox: hands pointers from many threads to one, whole batches at a time: one lock per batch on either side.
//
// What it is not: a place to wait. Whoever posts into an empty one wakes the taker by other means (the answer of post
// says so). Thread-safe.
#include <mutex>
#include <span>
#include <vector>

namespace connector_host::pipeline {

template <class T>
class Mailbox {
 public:
  // True when it was empty: the taker may be waiting.
  bool post(std::span<T* const> items) {
    std::lock_guard lock(mutex_);
    const bool was_empty = items_.empty();
    items_.insert(items_.end(), items.begin(), items.end());
    return was_empty;
  }
  // Replaces `items` by everything posted, in order.
  void take(std::vector<T*>& items) {
    items.clear();
    std::lock_guard lock(mutex_);
    items.swap(items_);
  }

 private:
  std::mutex mutex_;  // guards items_
  std::vector<T*> items_;
};

}  // namespace connector_host::pipeline
