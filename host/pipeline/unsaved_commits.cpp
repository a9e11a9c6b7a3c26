#include "host/pipeline/unsaved_commits.hpp"

namespace connector_host::pipeline {

void UnsavedCommits::add(std::string_view id) {
  std::lock_guard lock(mutex_);
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
  std::lock_guard lock(mutex_);
  for (const std::string& id : ids) ids_.erase(id);
  while (!order_.empty() && !ids_.contains(order_.front())) order_.pop_front();
  size_.store(ids_.size(), std::memory_order_release);
}

}  // namespace connector_host::pipeline
