#include "host/pipeline/join_table.hpp"

#include <bit>

namespace connector_host::pipeline {

JoinTable::JoinTable(std::size_t most_entries) : buckets_(std::bit_ceil(most_entries * 2), nullptr) {}

Entry* JoinTable::find_from(Entry* entry, const Entry& like) {
  while (entry && (entry->id_hash != like.id_hash || entry->id != like.id)) entry = entry->chained;
  return entry;
}

void JoinTable::insert(Entry& entry) {
  Entry*& first = buckets_[bucket(entry.id_hash)];
  entry.chained = first;
  first = &entry;
}

void JoinTable::erase(Entry& entry) {
  Entry** link = &buckets_[bucket(entry.id_hash)];
  while (*link && *link != &entry) link = &(*link)->chained;
  if (*link) *link = entry.chained;
  entry.chained = nullptr;
}

}  // namespace connector_host::pipeline
