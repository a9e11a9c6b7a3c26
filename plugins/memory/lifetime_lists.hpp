#pragma once
// LifetimeLists: the entries of one kind (claims, or commits), a list for each time that they are
// given to live.
//
// Entries of one lifetime expire in the order in which they were put in, so what expires first, and
// what was put in first, is always at the head of a list. There are as many lists as connectors
// differ in ttl or lease: one, as a rule. Not thread-safe; owned by an IdTable.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "plugins/memory/entry_list.hpp"

namespace connector_host_plugins::memory {

class LifetimeLists {
 public:
  std::uint64_t size() const { return size_; }
  // The list of a lifetime, for push, until something else is pushed or removed. Only this may need
  // memory.
  std::uint32_t list_of(std::int64_t lifetime_ms) {
    std::uint32_t empty = std::uint32_t(lists_.size());
    for (std::uint32_t i = 0; i < lists_.size(); ++i) {
      if (lists_[i].lifetime_ms == lifetime_ms) return i;
      if (lists_[i].entries.size() == 0) empty = i;
    }
    if (empty == lists_.size()) lists_.emplace_back();
    lists_[empty].lifetime_ms = lifetime_ms;
    return empty;
  }
  void push(std::vector<Entry>& entries, Place at, std::uint32_t list, std::int64_t now_ms) {
    entries[at].list = list;
    entries[at].expires_ms = now_ms + lists_[list].lifetime_ms;
    lists_[list].entries.push(entries, at);
    ++size_;
  }
  void remove(std::vector<Entry>& entries, Place at) {
    lists_[entries[at].list].entries.remove(entries, at);
    --size_;
  }
  // One that has expired; no_place, when none has.
  Place expired(const std::vector<Entry>& entries, std::int64_t now_ms) const {
    for (const List& list : lists_) {
      const Place first = list.entries.oldest();
      if (first != no_place && entries[first].expires_ms <= now_ms) return first;
    }
    return no_place;
  }
  // The one that was put in first; no_place, when there is none.
  Place oldest(const std::vector<Entry>& entries) const {
    Place found = no_place;
    std::int64_t found_ms = 0;
    for (const List& list : lists_) {
      const Place first = list.entries.oldest();
      if (first == no_place) continue;
      const std::int64_t put_in_ms = entries[first].expires_ms - list.lifetime_ms;
      if (found != no_place && found_ms <= put_in_ms) continue;
      found = first;
      found_ms = put_in_ms;
    }
    return found;
  }

 private:
  struct List {
    std::int64_t lifetime_ms = 0;
    EntryList entries;
  };

  std::vector<List> lists_;
  std::uint64_t size_ = 0;
};

}  // namespace connector_host_plugins::memory
