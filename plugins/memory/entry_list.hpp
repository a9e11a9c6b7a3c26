#pragma once
// Entry: one id and what is known of it. EntryList: entries in the order in which they were put in,
// oldest first.
//
// Entries stand in one vector and link to each other by place, so they may move when it grows. Not
// thread-safe; owned by an IdTable.
#include <cstdint>
#include <string_view>
#include <vector>

namespace connector_host_plugins::memory {

using Place = std::uint32_t;
inline constexpr Place no_place = UINT32_MAX;

struct Entry {
  std::string_view id() const { return {bytes, size}; }
  bool committed() const { return owner == no_place; }

  char* bytes = nullptr;  // from the table's pool
  std::uint32_t size = 0, hash = 0;
  std::uint32_t owner = no_place;  // of OwnerNames; no_place: committed
  std::uint32_t list = 0;          // of LifetimeLists
  Place older = no_place, newer = no_place;
  std::int64_t expires_ms = 0;  // on the steady clock
};

class EntryList {
 public:
  Place oldest() const { return oldest_; }
  std::uint64_t size() const { return size_; }
  void push(std::vector<Entry>& entries, Place at) {
    entries[at].older = newest_;
    entries[at].newer = no_place;
    (newest_ == no_place ? oldest_ : entries[newest_].newer) = at;
    newest_ = at;
    ++size_;
  }
  void remove(std::vector<Entry>& entries, Place at) {
    const Entry& entry = entries[at];
    (entry.older == no_place ? oldest_ : entries[entry.older].newer) = entry.newer;
    (entry.newer == no_place ? newest_ : entries[entry.newer].older) = entry.older;
    --size_;
  }

 private:
  Place oldest_ = no_place, newest_ = no_place;
  std::uint64_t size_ = 0;
};

}  // namespace connector_host_plugins::memory
