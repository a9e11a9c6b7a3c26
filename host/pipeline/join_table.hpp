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

  // All of them go by the entry's id_hash, which has to be hash_of its id.
  // Another entry with the id of this one, or null.
  Entry* find(const Entry& like) const;
  void insert(Entry& entry);
  // The entry must be in the table.
  void erase(Entry& entry);
  static std::size_t hash_of(std::string_view id) { return std::hash<std::string_view>{}(id); }

 private:
  std::size_t bucket(std::size_t hash) const { return hash & (buckets_.size() - 1); }

  std::vector<Entry*> buckets_;
};

}  // namespace connector_host::pipeline
