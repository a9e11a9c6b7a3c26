#pragma once
// IdTable: the ids of one name, shared by all stores of the process that use it.
//
// At most max_ids of them: when it is full, expired ids go first, then the oldest commits; claims
// that hold are never dropped. The identities that scopes are bound to are kept apart from the ids,
// until the table is destroyed. Each public call locks once for a whole batch. Thread-safe; owned
// by TableRegistry and the stores.
#include <connector/dedup_store.hpp>
#include <functional>
#include <map>
#include <memory_resource>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "plugins/memory/id_index.hpp"
#include "plugins/memory/lifetime_lists.hpp"
#include "plugins/memory/owner_names.hpp"

namespace connector_host_plugins::memory {

struct TableSize {
  std::uint64_t ids,
      evicted;  // evicted: commits that were forgotten for want of room, in this call
};

class IdTable {
 public:
  static constexpr std::size_t most_bindings = 100'000;

  // Of the newest store that uses it. A table that holds more shrinks as it is used.
  void set_max_ids(std::uint64_t max_ids);
  // now_ms: of the steady clock. Throw connector::Error when there is no room that may be taken.
  TableSize claim(std::string_view owner, std::int64_t lease_ms, connector::Ids ids,
                  std::span<connector::Claim> states, std::int64_t now_ms);
  TableSize renew(std::string_view owner, std::int64_t lease_ms, connector::Ids ids,
                  std::span<connector::Claim> states, std::int64_t now_ms);
  TableSize commit(std::int64_t ttl_ms, connector::Ids ids, std::int64_t now_ms);
  TableSize release(std::string_view owner, connector::Ids ids, std::int64_t now_ms);
  TableSize clear(std::string_view scope);
  // Returns the identity that the scope has afterwards. A scope without one takes it; Bind::replace
  // changes it. Not limited by max_ids; BAD_CONFIG beyond most_bindings.
  enum class Bind { first_wins, replace };
  std::string bind(std::string_view scope, std::string_view identity, Bind how);
  // True when every id in it has expired.
  bool forget_expired(std::int64_t now_ms);

 private:
  connector::Claim claim_one(std::string_view owner, std::int64_t lease_ms, std::string_view id,
                             std::int64_t now_ms);
  connector::Claim renew_one(std::uint32_t owner, std::int64_t lease_ms, std::string_view id,
                             std::int64_t now_ms);
  Place find_live(std::uint32_t hash, std::string_view id, std::int64_t now_ms);
  void add(std::uint32_t hash, std::string_view id, std::uint32_t owner, std::int64_t lifetime_ms,
           std::int64_t now_ms);
  void set_committed(Place at, std::int64_t ttl_ms, std::int64_t now_ms);
  void drop(Place at);
  void make_room(std::int64_t now_ms);
  bool drop_expired(const LifetimeLists& lists, std::int64_t now_ms);
  LifetimeLists& lists_of(const Entry& entry) { return entry.committed() ? commits_ : claims_; }
  TableSize size() const { return {claims_.size() + commits_.size(), evicted_}; }

  std::mutex mutex_;  // guards everything below
  std::uint64_t max_ids_ = 1'000'000;
  std::pmr::unsynchronized_pool_resource bytes_;
  std::vector<Entry> entries_;
  std::vector<Place> free_;
  IdIndex index_;
  OwnerNames owners_;
  LifetimeLists claims_, commits_;
  std::uint64_t evicted_ = 0;
  std::map<std::string, std::string, std::less<>> bindings_;  // scope to identity
};

}  // namespace connector_host_plugins::memory
