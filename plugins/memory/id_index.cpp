#include "plugins/memory/id_index.hpp"

#include <functional>

namespace connector_host_plugins::memory {

std::uint32_t IdIndex::hash_of(std::string_view id) {
  const std::uint64_t hash = std::hash<std::string_view>()(id);
  return std::uint32_t(hash ^ (hash >> 32));
}

void IdIndex::put(Bucket bucket) {
  std::size_t at = bucket.hash & mask();
  while (buckets_[at].place != no_place) at = (at + 1) & mask();
  buckets_[at] = bucket;
}

void IdIndex::reserve_one() {
  if (2 * (used_ + 1) <= buckets_.size()) return;
  const std::vector<Bucket> before =
      std::exchange(buckets_, std::vector<Bucket>(buckets_.size() * 2));
  for (const Bucket& bucket : before) {
    if (bucket.place != no_place) put(bucket);
  }
}

void IdIndex::insert(std::uint32_t hash, Place place) {
  put({hash, place});
  ++used_;
}

// What stands behind the gap moves up into it, unless it would come to stand before the bucket that
// its hash asks for.
void IdIndex::erase(std::uint32_t hash, Place place) {
  std::size_t gap = hash & mask();
  while (buckets_[gap].place != place) gap = (gap + 1) & mask();
  for (std::size_t at = (gap + 1) & mask(); buckets_[at].place != no_place;
       at = (at + 1) & mask()) {
    const std::size_t from_home = (at - buckets_[at].hash) & mask();
    if (from_home < ((at - gap) & mask())) continue;
    buckets_[gap] = buckets_[at];
    gap = at;
  }
  buckets_[gap] = Bucket();
  --used_;
}

}  // namespace connector_host_plugins::memory
