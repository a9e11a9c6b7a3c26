#include "host/pipeline/join_table.hpp"

#include <bit>

namespace connector_host::pipeline {

JoinTable::JoinTable(std::size_t most_entries) : buckets_(std::bit_ceil(most_entries * 2), nullptr) {}

Entry* JoinTable::find(std::string_view id, std::size_t hash) const {
  Entry* entry = buckets_[bucket(hash)];
  while (entry && entry->id != id) entry = entry->chained;
  return entry;
}

void JoinTable::insert(Entry& entry, std::size_t hash) {
  Entry*& first = buckets_[bucket(hash)];
  entry.chained = first;
  first = &entry;
}

void JoinTable::erase(Entry& entry) {
  Entry** link = &buckets_[bucket(hash_of(entry.id))];
  while (*link && *link != &entry) link = &(*link)->chained;
  if (*link) *link = entry.chained;
  entry.chained = nullptr;
}

}  // namespace connector_host::pipeline
