#include "host/pipeline/keeper.hpp"

#include <algorithm>

#include "connector/view.hpp"

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;

std::vector<connector_view> views_of(const std::vector<std::string>& ids, std::size_t first, std::size_t last) {
  std::vector<connector_view> views;
  for (std::size_t i = first; i < last; ++i) views.push_back(connector::view(ids[i]));
  return views;
}

}  // namespace

Keeper::Keeper(Downstream& downstream) : downstream_(downstream), gate_(downstream.world.make_gate()) {}

void Keeper::start(std::vector<ClaimLedger*> ledgers, std::string thread_name) {
  if (!downstream_.dedup) return;
  ledgers_ = std::move(ledgers);
  thread_ = downstream_.world.start(std::move(thread_name), [this] { loop(); });
}

void Keeper::stop() {
  stopping_.store(true, std::memory_order_release);
  gate_->open();
  if (thread_) thread_->join();
}

void Keeper::loop() {
  while (!stopping_.load(std::memory_order_acquire)) {
    renew_claims();
    save_commits();
    const world::Time retry = downstream_.unsaved.empty() ? world::never : downstream_.world.now() + 1s;
    if (!stopping_.load(std::memory_order_acquire)) gate_->wait_until(std::min(next_renewal_, retry));
  }
  save_the_last();
  downstream_.unsaved.keep();
}

// Whatever is not saved now may be delivered again: a store that fails just then gets another chance.
void Keeper::save_the_last() {
  const world::Time limit = downstream_.world.now() + downstream_.settings.dedup_timeout;
  for (save_commits(); !downstream_.unsaved.empty() && downstream_.world.now() < limit; save_commits()) gate_->wait_until(downstream_.world.now() + 50ms);
}

void Keeper::renew_claims() {
  const world::Time now = downstream_.world.now();
  if (now < next_renewal_) return;
  next_renewal_ = now + downstream_.settings.lease / 6;  // so that nothing is older than half a lease
  for (ClaimLedger* ledger : ledgers_) renew(*ledger, now);
}

void Keeper::renew(ClaimLedger& ledger, world::Time now) {
  const TaskSettings& settings = downstream_.settings;
  std::vector<std::string> ids;
  ledger.collect(now - settings.lease / 3, ids);
  std::vector<std::uint8_t> states(ids.size(), CONNECTOR_CLAIM_NEW);
  for (std::size_t first = 0; first < ids.size(); first += most_at_once) {
    const std::size_t last = std::min(first + most_at_once, ids.size());
    const auto views = views_of(ids, first, last);
    const auto result = downstream_.dedup->call([&](plugin::DedupHandle& store) {
      return store.renew(settings.owner, settings.lease, views, std::span(states).subspan(first, last - first), settings.dedup_timeout);
    });
    // What nobody answered for may have gone; it is asked for again at the next turn.
    if (!result || !result->ok()) return;
    const std::vector<std::string> answered(ids.begin() + std::ptrdiff_t(first), ids.begin() + std::ptrdiff_t(last));
    ledger.apply(answered, std::span(states).subspan(first, last - first), now);
  }
}

void Keeper::save_commits() {
  while (!downstream_.unsaved.empty()) {
    const std::vector<std::string> ids = downstream_.unsaved.oldest(most_at_once);
    const auto views = views_of(ids, 0, ids.size());
    const auto result = downstream_.dedup->call([&](plugin::DedupHandle& store) { return store.commit(views, downstream_.settings.dedup_timeout); });
    if (!result || !result->ok()) return;
    downstream_.unsaved.remove(ids);
    if (!stopping_.load(std::memory_order_acquire)) renew_claims();  // before the rest: saving may take longer than a lease
  }
}

}  // namespace connector_host::pipeline
