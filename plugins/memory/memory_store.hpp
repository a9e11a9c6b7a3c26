#pragma once
// MemoryStore: the dedup store that keeps ids in the memory of the process. Nothing survives the
// process.
//
// Stores with one `name` share one table, so the tasks of a connector see each other's claims.
// Thread rule: that of connector::DedupStore; no call waits for anything but the table's lock.
// Owned by the host.
#include <connector/plugin.hpp>
#include <memory>

#include "plugins/memory/table_registry.hpp"

namespace connector_host_plugins::memory {

class MemoryStore : public connector::DedupStore {
 public:
  static constexpr std::string_view
      type = "memory",
      description = "Keeps ids in the memory of the process; a restart forgets them.";
  static constexpr connector::Option options[] = {
      connector::Option::string("name",
                                "Stores with the same name share their ids, in this process.")
          .otherwise("default"),
      connector::Option::duration("ttl", "How long a committed id is remembered.")
          .otherwise("24h")
          .at_least(1),
      connector::Option::integer(
          "max_ids",
          "Most ids in memory, about 100 to 150 bytes each; the oldest commits are forgotten "
          "first. Of stores with one name the newest one's counts.")
          .otherwise("1000000")
          .between(1, 1'000'000'000)};
  static constexpr connector::Metric metrics[] = {
      connector::Metric::gauge("memory_ids",
                               "Ids that the table of this store holds, with those that expired "
                               "and were not yet dropped."),
      connector::Metric::counter(
          "memory_evictions_total",
          "Commits forgotten before their time because max_ids was reached.")};

  MemoryStore(connector::Host host, const connector::Config& config);

  void claim(std::string_view owner, std::chrono::milliseconds lease, connector::Ids,
             std::span<connector::Claim> states, connector::Call&) override;
  void renew(std::string_view owner, std::chrono::milliseconds lease, connector::Ids,
             std::span<connector::Claim> states, connector::Call&) override;
  void commit(connector::Ids, connector::Call&) override;
  void release(std::string_view owner, connector::Ids, connector::Call&) override;
  void clear(std::string_view scope, connector::Call&) override;
  std::string bind(std::string_view scope, std::string_view identity, bool replace,
                   connector::Call&) override;

 private:
  void report(TableSize) const;

  const connector::Host host_;
  const std::int64_t ttl_ms_;
  const std::shared_ptr<IdTable> table_;
};

}  // namespace connector_host_plugins::memory
