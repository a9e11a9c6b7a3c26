#include "host/pipeline/unsaved_commits.hpp"

#include <utility>

namespace connector_host::pipeline {

// The note: of each id, oldest first, its size, a colon and its bytes.
UnsavedCommits::UnsavedCommits(std::size_t most, Note note) : most_(most), note_(std::move(note)) {
  const std::string text = note_.read();
  noted_.store(!text.empty(), std::memory_order_relaxed);
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9' && size <= text.size()) size = size * 10 + std::size_t(text[at++] - '0');
    if (at == text.size() || text[at] != ':' || size > text.size() - at - 1) break;  // damaged: the rest is not known
    add_locked(std::string_view(text).substr(at + 1, size));
    at += 1 + size;
  }
}

void UnsavedCommits::keep() const {
  std::string text;
  {
    std::lock_guard lock(mutex_);
    for (const std::string& id : order_) {
      if (ids_.contains(id)) text += std::to_string(id.size()) + ':' + id;
    }
  }
  if (!text.empty() || noted_.load(std::memory_order_relaxed)) note_.write(text);
}

void UnsavedCommits::add(std::string_view id) {
  std::lock_guard lock(mutex_);
  add_locked(id);
}

// With mutex_ held.
void UnsavedCommits::add_locked(std::string_view id) {
  if (!ids_.emplace(id).second) return;
  order_.emplace_back(id);
  while (ids_.size() > most_) {
    if (ids_.erase(order_.front()) > 0) forgotten_.fetch_add(1, std::memory_order_relaxed);
    order_.pop_front();
  }
  size_.store(ids_.size(), std::memory_order_release);
}

bool UnsavedCommits::contains(std::string_view id) const {
  if (empty()) return false;
  std::lock_guard lock(mutex_);
  return ids_.contains(std::string(id));
}

std::vector<std::string> UnsavedCommits::oldest(std::size_t count) const {
  std::vector<std::string> oldest;
  std::lock_guard lock(mutex_);
  for (const std::string& id : order_) {
    if (oldest.size() == count) break;
    if (ids_.contains(id)) oldest.push_back(id);
  }
  return oldest;
}

void UnsavedCommits::remove(const std::vector<std::string>& ids) {
  {
    std::lock_guard lock(mutex_);
    for (const std::string& id : ids) ids_.erase(id);
    while (!order_.empty() && !ids_.contains(order_.front())) order_.pop_front();
    size_.store(ids_.size(), std::memory_order_release);
  }
  // A crash must not bring back what is saved: somebody may have the ids forgotten meanwhile.
  if (empty() && noted_.exchange(false, std::memory_order_relaxed)) note_.write("");
}

}  // namespace connector_host::pipeline
