#include "plugins/memory/id_table.hpp"

#include <connector/error.hpp>
#include <cstring>

namespace connector_host_plugins::memory {

void IdTable::set_max_ids(std::uint64_t max_ids) {
  std::lock_guard lock(mutex_);
  max_ids_ = max_ids;
}

TableSize IdTable::claim(std::string_view owner, std::int64_t lease_ms, connector::Ids ids,
                         std::span<connector::Claim> states, std::int64_t now_ms) {
  std::lock_guard lock(mutex_);
  evicted_ = 0;
  for (std::size_t i = 0; i < ids.size(); ++i)
    states[i] = claim_one(owner, lease_ms, ids[i], now_ms);
  return size();
}

TableSize IdTable::renew(std::string_view owner, std::int64_t lease_ms, connector::Ids ids,
                         std::span<connector::Claim> states, std::int64_t now_ms) {
  std::lock_guard lock(mutex_);
  evicted_ = 0;
  const std::uint32_t number = owners_.find(owner);
  for (std::size_t i = 0; i < ids.size(); ++i)
    states[i] = renew_one(number, lease_ms, ids[i], now_ms);
  return size();
}

TableSize IdTable::commit(std::int64_t ttl_ms, connector::Ids ids, std::int64_t now_ms) {
  std::lock_guard lock(mutex_);
  evicted_ = 0;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::uint32_t hash = IdIndex::hash_of(ids[i]);
    const Place at = find_live(hash, ids[i], now_ms);
    if (at == no_place) {
      make_room(now_ms);
      add(hash, ids[i], no_place, ttl_ms, now_ms);
    } else {
      set_committed(at, ttl_ms, now_ms);
    }
  }
  return size();
}

TableSize IdTable::release(std::string_view owner, connector::Ids ids, std::int64_t now_ms) {
  std::lock_guard lock(mutex_);
  evicted_ = 0;
  const std::uint32_t number = owners_.find(owner);
  for (std::size_t i = 0; number != OwnerNames::nobody && i < ids.size(); ++i) {
    const Place at = find_live(IdIndex::hash_of(ids[i]), ids[i], now_ms);
    if (at != no_place && entries_[at].owner == number) drop(at);
  }
  return size();
}

TableSize IdTable::clear(std::string_view scope) {
  const std::string start = scope.empty() ? std::string() : std::string(scope) + ":";
  std::lock_guard lock(mutex_);
  evicted_ = 0;
  for (Place at = 0; at < entries_.size(); ++at) {
    if (entries_[at].bytes && entries_[at].id().starts_with(start)) drop(at);
  }
  return size();
}

std::string IdTable::bind(std::string_view scope, std::string_view identity, Bind how) {
  std::lock_guard lock(mutex_);
  const auto found = bindings_.find(scope);
  if (found != bindings_.end()) {
    if (how == Bind::replace) found->second = identity;
    return found->second;
  }
  if (bindings_.size() >= most_bindings) {
    throw connector::bad_config(
        "the memory store has bound " + std::to_string(bindings_.size()) +
        " scopes, its maximum: give this connector's store another name, or restart the process");
  }
  return bindings_.emplace(scope, identity).first->second;
}

bool IdTable::forget_expired(std::int64_t now_ms) {
  std::lock_guard lock(mutex_);
  while (drop_expired(claims_, now_ms) || drop_expired(commits_, now_ms)) {
  }
  return size().ids == 0;
}

connector::Claim IdTable::claim_one(std::string_view owner, std::int64_t lease_ms,
                                    std::string_view id, std::int64_t now_ms) {
  const std::uint32_t hash = IdIndex::hash_of(id);
  const Place at = find_live(hash, id, now_ms);
  if (at == no_place) {
    make_room(now_ms);
    add(hash, id, owners_.add_claim(owner), lease_ms, now_ms);
    return connector::Claim::is_new;
  }
  if (entries_[at].committed()) return connector::Claim::done;
  const std::uint32_t number = owners_.find(owner);
  if (entries_[at].owner != number) return connector::Claim::held;
  return renew_one(number, lease_ms, id, now_ms);
}

connector::Claim IdTable::renew_one(std::uint32_t owner, std::int64_t lease_ms, std::string_view id,
                                    std::int64_t now_ms) {
  const Place at = find_live(IdIndex::hash_of(id), id, now_ms);
  if (at == no_place) return connector::Claim::lost;
  const Entry& entry = entries_[at];
  if (entry.committed()) return connector::Claim::done;
  if (entry.owner != owner) return connector::Claim::lost;
  const std::uint32_t list = claims_.list_of(lease_ms);
  claims_.remove(entries_, at);
  claims_.push(entries_, at, list, now_ms);
  return connector::Claim::is_new;
}

// An id that has expired is dropped here, and so is never seen.
Place IdTable::find_live(std::uint32_t hash, std::string_view id, std::int64_t now_ms) {
  const Place at = index_.find(entries_, hash, id);
  if (at == no_place || entries_[at].expires_ms > now_ms) return at;
  drop(at);
  return no_place;
}

// Whatever needs memory comes first: when there is none, the table is as it was.
void IdTable::add(std::uint32_t hash, std::string_view id, std::uint32_t owner,
                  std::int64_t lifetime_ms, std::int64_t now_ms) {
  LifetimeLists& lists = owner == no_place ? commits_ : claims_;
  const std::uint32_t list = lists.list_of(lifetime_ms);
  index_.reserve_one();
  if (free_.empty()) {
    free_.push_back(Place(entries_.size()));
    entries_.emplace_back();
  }
  const Place at = free_.back();
  Entry& entry = entries_[at];
  entry.bytes = static_cast<char*>(bytes_.allocate(std::max<std::size_t>(id.size(), 1), 1));
  std::memcpy(entry.bytes, id.data(), id.size());
  entry.size = std::uint32_t(id.size());
  entry.hash = hash;
  entry.owner = owner;
  free_.pop_back();
  index_.insert(hash, at);
  lists.push(entries_, at, list, now_ms);
}

// Makes a commit of what is there.
void IdTable::set_committed(Place at, std::int64_t ttl_ms, std::int64_t now_ms) {
  Entry& entry = entries_[at];
  const std::uint32_t list = commits_.list_of(ttl_ms);
  lists_of(entry).remove(entries_, at);
  if (!entry.committed()) owners_.end_claim(entry.owner);
  entry.owner = no_place;
  commits_.push(entries_, at, list, now_ms);
}

void IdTable::drop(Place at) {
  Entry& entry = entries_[at];
  index_.erase(entry.hash, at);
  lists_of(entry).remove(entries_, at);
  if (!entry.committed()) owners_.end_claim(entry.owner);
  bytes_.deallocate(entry.bytes, std::max<std::size_t>(entry.size, 1), 1);
  entry = Entry();
  free_.push_back(at);
}

bool IdTable::drop_expired(const LifetimeLists& lists, std::int64_t now_ms) {
  const Place at = lists.expired(entries_, now_ms);
  if (at == no_place) return false;
  drop(at);
  return true;
}

// Called once for each id that comes in, it drops up to two expired ones of each kind, so memory
// follows what lives.
void IdTable::make_room(std::int64_t now_ms) {
  for (int i = 0; i < 2; ++i) {
    drop_expired(claims_, now_ms);
    drop_expired(commits_, now_ms);
  }
  while (size().ids >= max_ids_) {
    if (drop_expired(claims_, now_ms) || drop_expired(commits_, now_ms)) continue;
    if (commits_.size() == 0) {
      throw connector::retriable(
          "the memory store holds " + std::to_string(size().ids) +
          " ids, all of them claimed: raise max_ids above what is in flight");
    }
    drop(commits_.oldest(entries_));
    ++evicted_;
  }
}

}  // namespace connector_host_plugins::memory
