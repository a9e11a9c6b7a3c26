#pragma once
// JoinTable: the ids in hand. A second copy of an id (a publisher's repeat, or a redelivery after a reconnect) is found
// here before it is handed out, so that it takes the first one's outcome instead of being written again.
//
// Buckets of chained entries, sized once for the most entries in flight: no allocation and no rehash afterwards. The
// intake thread's own.
#include <cstddef>
#include <string_view>
#include <vector>

#include "host/pipeline/entry.hpp"

namespace connector_host::pipeline {

class JoinTable {
 public:
  explicit JoinTable(std::size_t most_entries);

  // All of them go by the entry's id_hash, which has to be hash_of its id. Several entries may have one id.
  // The latest entry with the id of this one, or null; and the one before `after`.
  Entry* find(const Entry& like) const { return find_from(buckets_[bucket(like.id_hash)], like); }
  Entry* find_next(const Entry& like, const Entry& after) const { return find_from(after.chained, like); }
  void insert(Entry& entry);
  // The entry must be in the table.
  void erase(Entry& entry);
  static std::size_t hash_of(std::string_view id) { return std::hash<std::string_view>{}(id); }

 private:
  static Entry* find_from(Entry* entry, const Entry& like);
  std::size_t bucket(std::size_t hash) const { return hash & (buckets_.size() - 1); }

  std::vector<Entry*> buckets_;
};

}  // namespace connector_host::pipeline
