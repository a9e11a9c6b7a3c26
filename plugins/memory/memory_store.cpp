#include "plugins/memory/memory_store.hpp"

#include <chrono>

namespace connector_host_plugins::memory {
namespace {

enum Metric : std::uint32_t { ids_metric, evictions_metric };

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

MemoryStore::MemoryStore(connector::Host host, const connector::Config& config)
    : host_(host),
      ttl_ms_(config.integer("ttl")),
      table_(TableRegistry::of_process().table(config.string("name"), config.size("max_ids"),
                                               now_ms())) {}

void MemoryStore::claim(std::string_view owner, std::chrono::milliseconds lease, connector::Ids ids,
                        std::span<connector::Claim> states, connector::Call&) {
  report(table_->claim(owner, lease.count(), ids, states, now_ms()));
}

void MemoryStore::renew(std::string_view owner, std::chrono::milliseconds lease, connector::Ids ids,
                        std::span<connector::Claim> states, connector::Call&) {
  report(table_->renew(owner, lease.count(), ids, states, now_ms()));
}

void MemoryStore::commit(connector::Ids ids, connector::Call&) {
  report(table_->commit(ttl_ms_, ids, now_ms()));
}

void MemoryStore::release(std::string_view owner, connector::Ids ids, connector::Call&) {
  report(table_->release(owner, ids, now_ms()));
}

void MemoryStore::clear(std::string_view scope, connector::Call&) {
  report(table_->clear(scope));
}

std::string MemoryStore::bind(std::string_view scope, std::string_view identity, bool replace,
                              connector::Call&) {
  return table_->bind(scope, identity,
                      replace ? IdTable::Bind::replace : IdTable::Bind::first_wins);
}

void MemoryStore::report(TableSize size) const {
  host_.set(ids_metric, double(size.ids));
  if (size.evicted > 0) host_.add(evictions_metric, double(size.evicted));
}

}  // namespace connector_host_plugins::memory
