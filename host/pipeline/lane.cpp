#include "host/pipeline/lane.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "connector/view.hpp"

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;
constexpr auto longest_in_lease = 100ms;
constexpr world::Duration longest_alone = 30s;  // that an endangered record is retried, while nothing else may go

bool is_within(connector_view view, const std::string& memory) {
  return view.data >= memory.data() && view.data <= memory.data() + memory.size();
}

}  // namespace

Lane::Lane(Downstream& downstream, std::vector<GuardedTransform*> transforms, LaneEvents events, std::string thread_name)
    : downstream_(downstream),
      events_(std::move(events)),
      tracing_(downstream.settings, downstream.world, downstream.tracer, downstream.scrub),
      transforms_(std::move(transforms), tracing_, downstream.world, downstream.settings.write_timeout),
      line_(downstream, transforms_, ledger_, tracing_, counters_),
      batch_size_(downstream.settings.hold_max, downstream.settings.write_timeout),
      gate_(downstream.world.make_gate()),
      thread_name_(std::move(thread_name)) {}

void Lane::start() {
  thread_ = downstream_.world.start(thread_name_, [this] { loop(); });
}

void Lane::give(std::span<Entry* const> entries) {
  if (inbox_.post(entries)) gate_->open();
}

void Lane::wake() {
  changed_.store(true, std::memory_order_release);
  gate_->open();
}

void Lane::stop() {
  stopping_.store(true, std::memory_order_release);
  gate_->open();
  if (thread_) thread_->join();
}

void Lane::loop() {
  while (!stopping_.load(std::memory_order_acquire)) {
    take_given();
    const LaneOrder order = order_.load(std::memory_order_acquire);
    if (order >= LaneOrder::return_all) return_all(order);
    if (order == LaneOrder::return_waiting) return_those([this](const Entry& entry) { return !due(entry); });
    select();
    if (batch_.empty()) {
      return_overdue();
      copy_out();
      gate_->wait_until(next_due());
      continue;
    }
    line_.run(batch_);
    batch_size_.took(batch_.size(), downstream_.world.now() - now_);
    finish();
    if (waiting_.empty()) continue;
    return_overdue();
    copy_out();
  }
}

void Lane::take_given() {
  now_ = downstream_.world.now();
  dependency_changed_ = changed_.exchange(false, std::memory_order_acq_rel);
  inbox_.take(given_);
  if (backlog_at_ == backlog_.size()) {
    backlog_.swap(given_);
    backlog_at_ = 0;
  } else {
    backlog_.insert(backlog_.end(), given_.begin(), given_.end());
  }
}

// ---- what runs now

void Lane::select() {
  batch_.clear();
  std::unordered_set<std::uint64_t> blocked;
  if (!waiting_.empty()) select_waiting(blocked);
  select_given(blocked);
}

void Lane::select_waiting(std::unordered_set<std::uint64_t>& blocked) {
  still_.clear();
  for (Entry* entry : waiting_) {
    const bool keeps_place = line_.keeps_place(*entry);
    const bool runs = batch_.size() < batch_size_.limit() && due(*entry) && !(keeps_place && blocked.contains(entry->order_key));
    if (runs)
      entry->due = now_;
    else if (keeps_place)
      blocked.insert(entry->order_key);
    (runs ? batch_ : still_).push_back(entry);
  }
  waiting_.swap(still_);
}

void Lane::select_given(std::unordered_set<std::uint64_t>& blocked) {
  for (; batch_.size() < batch_size_.limit() && backlog_at_ < backlog_.size(); ++backlog_at_) {
    Entry* entry = backlog_[backlog_at_];
    if (blocked.empty() || !line_.keeps_place(*entry) || !blocked.contains(entry->order_key)) {
      batch_.push_back(entry);
    } else {
      entry->waiting_since = now_;
      waiting_.push_back(entry);
    }
  }
}

// When the first of each key among those waiting is due, and when one has to leave its lease.
world::Time Lane::next_due() const {
  if (backlog_at_ < backlog_.size()) return now_;
  world::Time next = world::never;
  std::unordered_set<std::uint64_t> seen;
  for (const Entry* entry : waiting_) {
    if (entry->copy.empty()) next = std::min(next, entry->waiting_since + longest_in_lease);
    if (!due(*entry)) next = std::min(next, std::max(entry->received + downstream_.settings.hold_max, now_ + 1s));
    if (line_.keeps_place(*entry) && !seen.insert(entry->order_key).second) continue;
    next = std::min(next, entry->due);
  }
  return next;
}

// ---- what became of it

void Lane::finish() {
  done_.clear();
  still_.clear();
  for (Entry* entry : batch_) {
    if (entry->stage != Stage::settled && entry->waiting_since == world::Time{}) entry->waiting_since = now_;
    (entry->stage == Stage::settled ? done_ : still_).push_back(entry);
  }
  // Those that ran stood before everything that still waits of their key.
  if (!still_.empty()) {
    still_.insert(still_.end(), waiting_.begin(), waiting_.end());
    waiting_.swap(still_);
  }
  still_.clear();
  std::copy_if(waiting_.begin(), waiting_.end(), std::back_inserter(still_), [](const Entry* entry) { return entry->holds_claim; });
  ledger_.keep_only(still_);
  show_retries();
  if (!done_.empty()) events_.settled(done_);
}

void Lane::return_all(LaneOrder order) {
  done_.clear();
  still_.clear();
  waiting_.insert(waiting_.end(), backlog_.begin() + std::ptrdiff_t(backlog_at_), backlog_.end());
  for (Entry* entry : waiting_) {
    const bool kept = order == LaneOrder::return_all && entry->is_last_chance && line_.reject_last_chance(*entry);
    (kept ? still_ : done_).push_back(entry);
  }
  waiting_.swap(still_);
  backlog_.clear();
  backlog_at_ = 0;
  return_done();
}

// Those of the waiting ones, and what stands behind them of their keys where order is kept.
template <class Goes>
void Lane::return_those(Goes&& goes) {
  std::unordered_set<std::uint64_t> keys;
  const auto leaves = [&](Entry* entry, bool goes_itself) {
    const bool keeps_place = line_.keeps_place(*entry);
    const bool goes_back = goes_itself || (keeps_place && keys.contains(entry->order_key));
    entry->returned_alone = goes_back && keeps_place;
    if (entry->returned_alone) keys.insert(entry->order_key);
    (goes_back ? done_ : still_).push_back(entry);
  };
  done_.clear();
  still_.clear();
  for (Entry* entry : waiting_) leaves(entry, goes(*entry));
  if (done_.empty()) return;
  waiting_.swap(still_);
  still_.clear();
  for (std::size_t i = backlog_at_; i < backlog_.size(); ++i) leaves(backlog_[i], false);
  backlog_.swap(still_);
  backlog_at_ = 0;
  return_done();
}

// A record that waits for hold_max while others are settled is requeued alone, long before a broker's consumer timeout. One
// that its source would discard then is rejected, where the fault is its own. Where nothing is
// settled the task holds; so it does for a record whose place in the source counts, behind which
// nothing of its group is settled.
void Lane::return_overdue() {
  const world::Duration hold_max = downstream_.settings.hold_max;
  const world::Time last_settled{world::Duration(downstream_.last_settled.load(std::memory_order_relaxed))};
  return_those([&](Entry& entry) {
    if (due(entry) || entry.waits_for_dependency) return false;  // for a dependency the whole task waits, and holds
    const bool fails_alone = entry.endangered && entry.failing_since != world::Time{} && now_ - entry.failing_since >= std::min(longest_alone, hold_max / 2);
    if (fails_alone && line_.reject_endangered(entry)) return false;
    const bool is_in_group = line_.keeps_place(entry) && entry.record.order != 0;
    const bool overdue = !is_in_group && now_ - entry.received >= hold_max && last_settled > entry.received;
    return overdue;
  });
}

void Lane::return_done() {
  if (done_.empty()) return;
  std::vector<Entry*>& held = still_;
  held.clear();
  std::copy_if(waiting_.begin(), waiting_.end(), std::back_inserter(held), [](const Entry* entry) { return entry->holds_claim; });
  ledger_.keep_only(held);
  line_.release_claims(done_);  // also of those whose claim's answer was lost: giving back what is not ours does nothing
  for (Entry* entry : done_) {
    entry->stage = Stage::settled;
    entry->verdict = Verdict::returned;
  }
  show_retries();
  events_.settled(done_);
}

void Lane::show_retries() {
  const Entry* oldest = nullptr;
  std::uint64_t count = 0;
  for (const Entry* entry : waiting_) {
    if (entry->failing_since == world::Time{}) continue;
    ++count;
    if (!oldest || entry->failing_since < oldest->failing_since) oldest = entry;
  }
  if (count == 0 && counters_.retrying.value() == 0) return;
  counters_.retrying.set(count);
  counters_.retrying_since.set(oldest ? std::uint64_t(oldest->failing_since.time_since_epoch().count()) : 0);
  std::lock_guard lock(retry_reason_mutex_);
  const char* const where = oldest && oldest->stage == Stage::rejected ? "the dead letter does not take it yet; it was rejected: " : "";
  retry_reason_ = oldest ? where + oldest->reason : "";
}

std::string Lane::retry_reason() const {
  std::lock_guard lock(retry_reason_mutex_);
  return retry_reason_;
}

// ---- copies

void Lane::copy_out() {
  done_.clear();
  for (Entry* entry : waiting_) {
    if (!entry->copy.empty() || now_ - entry->waiting_since < longest_in_lease) continue;
    copy_out(*entry);
    done_.push_back(entry);
  }
  if (!done_.empty()) events_.detached(done_);
}

// One piece of memory: the headers first, because they are aligned, then every text they and the record look at.
void Lane::copy_out(Entry& entry) {
  connector_record& record = entry.record;
  const std::size_t header_bytes = record.header_count * sizeof(connector_header);
  const bool owns_value = entry.decoded != nullptr;
  std::size_t size = header_bytes + record.destination.size + record.key.size + (owns_value ? 0 : record.value.size) + record.id.size;
  for (std::uint64_t i = 0; i < record.header_count; ++i) size += record.headers[i].name.size + record.headers[i].value.size;
  entry.copy.resize(size + alignof(connector_header));  // never empty, so it tells that it was made
  char* const aligned = reinterpret_cast<char*>((reinterpret_cast<std::uintptr_t>(entry.copy.data()) + alignof(connector_header) - 1) &
                                                ~std::uintptr_t(alignof(connector_header) - 1));
  char* at = aligned + header_bytes;
  const auto move_view = [&at](connector_view& view) {
    if (connector::is_null(view)) return;
    std::memcpy(at, view.data, view.size);
    view.data = at;
    at += view.size;
  };
  auto* headers = reinterpret_cast<connector_header*>(aligned);
  for (std::uint64_t i = 0; i < record.header_count; ++i) {
    headers[i] = record.headers[i];
    move_view(headers[i].name);
    move_view(headers[i].value);
  }
  record.headers = headers;
  move_view(record.destination);
  if (!is_within(record.key, entry.key)) move_view(record.key);
  if (!owns_value) move_view(record.value);
  if (!is_within(record.id, entry.id)) move_view(record.id);
}

}  // namespace connector_host::pipeline
