#pragma once
// IdIndex: finds the place of an id by its hash. Open addressing, at most half full, without
// tombstones.
//
// Buckets keep the hash, so a look-up that finds nothing touches no entry, and growing reads none.
// Not thread-safe; owned by an IdTable.
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/memory/entry_list.hpp"

namespace connector_host_plugins::memory {

class IdIndex {
 public:
  IdIndex() : buckets_(64) {}

  static std::uint32_t hash_of(std::string_view id);
  // no_place, when it is not there.
  Place find(const std::vector<Entry>& entries, std::uint32_t hash, std::string_view id) const {
    for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
      const Bucket& bucket = buckets_[at];
      if (bucket.place == no_place) return no_place;
      if (bucket.hash == hash && entries[bucket.place].id() == id) return bucket.place;
    }
  }
  // Makes room for one more; the next insert cannot fail.
  void reserve_one();
  void insert(std::uint32_t hash, Place place);
  void erase(std::uint32_t hash, Place place);

 private:
  struct Bucket {
    std::uint32_t hash = 0;
    Place place = no_place;
  };
  std::size_t mask() const { return buckets_.size() - 1; }
  void put(Bucket bucket);

  std::vector<Bucket> buckets_;
  std::size_t used_ = 0;
};

}  // namespace connector_host_plugins::memory
