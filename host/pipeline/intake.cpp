#include "host/pipeline/intake.hpp"

#include <algorithm>

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;
constexpr auto idle_time = 1000ms;  // longest poll; the safety net behind wake
// Moderation (docs/performance.md): like a network card's interrupts, small reads under load are put off a little.
constexpr auto nap_time = 500us;
constexpr std::uint64_t small_read = 128;
// Records that fail by themselves do not fill the window, up to so many: in a window of one, nothing else would flow.
constexpr std::uint64_t spared_retries = 3;
constexpr std::uint32_t worth_a_nap = 32;

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

Intake::Intake(const TaskSettings& settings, world::World& world, plugin::SourceHandle& source, middleware::Breaker& breaker, tracing::Tracer* tracer,
               IntakeLinks links)
    : settings_(settings),
      world_(world),
      links_(std::move(links)),
      connection_(settings.retry, settings.drain_timeout, world, source, breaker, counters_, {[this](const std::string& why) { fail(why); }, links_.changed}),
      answers_(world, connection_, counters_),
      backlog_watch_(world, source),
      nap_(world.make_gate()),
      state_since_(world.now().time_since_epoch().count()),
      last_progress_(world.now().time_since_epoch().count()),
      in_flight_(settings.max_in_flight, settings.max_in_flight_bytes, links_.dedup ? InFlight::Join::same_id : InFlight::Join::redeliveries, counters_),
      identifier_(settings.id, settings.key, settings.ordering, settings.scope, links_.scrub, counters_, settings.decode),
      tracing_(settings, tracer),
      distributor_(settings.workers, links_.give, links_.suspects, world, counters_),
      window_(settings.max_in_flight, settings.max_in_flight_bytes, settings.hold_max),
      hold_(settings.hold_max),
      drain_(settings.drain_timeout),
      budget_(links_.spent_deliveries, {settings.configuration, settings.started_by_operator, links_.sets_rejects_aside}),
      admission_(identifier_, in_flight_, distributor_, returned_keys_, counters_) {}

// ---- orders

void Intake::want(Wanted wanted) {
  Wanted before = wanted_.load(std::memory_order_acquire);
  do {
    if (before == Wanted::stop) return;  // nobody resumes what is ending
  } while (!wanted_.compare_exchange_weak(before, wanted, std::memory_order_acq_rel));
  if (wanted == Wanted::stop) connection_.cancel_opening();
  wake();
}

void Intake::fail(const std::string& why) {
  {
    std::lock_guard lock(mutex_);
    if (failure_.empty()) failure_ = why;
  }
  failed_.store(true, std::memory_order_release);
  wake();
}

std::string Intake::failure() const {
  std::lock_guard lock(mutex_);
  return failure_;
}

void Intake::ask(SourceQuestions::Question question) {
  questions_.add(std::move(question));
  wake();
}

void Intake::settled(std::span<Entry* const> entries) {
  if (settled_.post(entries)) wake();
}

void Intake::detached(std::span<Entry* const> entries) {
  detached_.post(entries);
}

// ---- the loop

void Intake::run() {
  begin_run();
  while (!over()) {
    moderate();
    count_time();
    take_settled();
    admission_.resume(world_.now());
    return_entries(admission_.passed_over());
    distributor_.hand_out();
    steer();  // before it answers: a paused consumer must not receive a requeued record again
    if (answers_.send()) source_ended_ = false;
    questions_.answer(connection_.source());
    if (over()) break;  // what was settled just now was the last: nothing wakes a poll any more
    if (connection_.is_open())
      read();
    else
      open_source();
  }
  connection_.close();
  end_run();
}

void Intake::begin_run() {
  counted_until_ = world_.now();
  const std::string refusal = budget_.refusal();
  if (!refusal.empty()) fail_for_good(refusal);
}

void Intake::end_run() {
  if (failed_.load(std::memory_order_acquire) && budget_.is_spent()) needs_operator_.store(true, std::memory_order_release);
  show(state_now());
  finished_.store(true, std::memory_order_release);
  links_.changed();
}

// It counts as a task that has worked: the process stays, so that an operator can look at it and restart it.
void Intake::fail_for_good(const std::string& why) {
  worked_.store(true, std::memory_order_release);
  needs_operator_.store(true, std::memory_order_release);
  fail(why);
}

void Intake::cannot_run(const std::string& why) {
  fail(why);
  end_run();
}

// What has gone by since the last turn counts for what the task was then.
void Intake::count_time() {
  const world::Time now = world_.now();
  const auto gone = std::chrono::duration_cast<std::chrono::microseconds>(now - counted_until_);
  counted_until_ += gone;  // what is below a microsecond counts the next time
  counters_.last_turn.set(std::uint64_t(now.time_since_epoch().count()));
  const TaskState state = state_.load(std::memory_order_relaxed);
  if (state == TaskState::running || state == TaskState::holding) counters_[IntakeCount::running_us].add(std::uint64_t(gone.count()));
  if (state == TaskState::paused) counters_[IntakeCount::paused_us].add(std::uint64_t(gone.count()));
  if (obstacle_) counters_[*obstacle_].add(std::uint64_t(gone.count()));
  obstacle_.reset();
}

bool Intake::over() {
  if (!in_flight_.empty() || !answers_.empty()) return false;
  return failed_.load(std::memory_order_acquire) || wanted_.load(std::memory_order_acquire) == Wanted::stop || source_ended_;
}

void Intake::take_settled() {
  settled_.take(mail_);
  detached_.take(detached_mail_);  // after settled_: whoever is settled in mail_ and was detached before is in here
  for (Entry* entry : detached_mail_) in_flight_.detach(*entry);
  if (mail_.empty()) return;
  const world::Time now = world_.now();
  for (Entry* entry : mail_) {  // both write notes, for which no reader of counters may wait
    distributor_.settled(*entry);
    learn_from(*entry, now);
  }
  const auto settled = std::uint64_t(std::count_if(mail_.begin(), mail_.end(), [](const Entry* entry) { return entry->verdict != Verdict::returned; }));
  {
    const ConsistentSection::Change change(counters_.consistent);
    for (Entry* entry : mail_) {
      answers_.note_age(*entry);
      tracing_.end(*entry, now);
      if (Entry* next = in_flight_.finish(*entry, answers_.acks(), answers_.nacks())) distributor_.add(*next);
    }
    counters_.in_flight.set(in_flight_.records());
  }
  settle_window(settled, now);
  tracing_.flush();
}

void Intake::learn_from(const Entry& entry, world::Time now) {
  const bool returned = entry.verdict == Verdict::returned;
  for (const Entry* each = &entry; each; each = InFlight::shares_verdict(entry.verdict) ? each->joined : nullptr) {
    last_chances_ -= each->is_last_chance;
    if (returned && each->endangered) budget_.returned(each->record, entry.reason.empty() ? failure() : entry.reason);
  }
  if (returned && entry.returned_alone && settings_.keeps_order()) returned_keys_.returned(entry, now);
  if (returned) return;
  if (entry.verdict == Verdict::delivered) hold_.delivered();
  budget_.progress();
  connection_.settled(entry.received);
}

void Intake::settle_window(std::uint64_t settled, world::Time now) {
  if (settled > 0) {
    last_settled_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
    last_progress_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  }
  window_.settled(settled, in_flight_.empty(), now);
  shown_window_.store(window_.size(), std::memory_order_relaxed);
}

std::uint32_t Intake::window_now() const {
  if (distributor_.holds_back()) return window_.size();  // nothing else may go: nothing is to be fetched ahead either
  return window_.size() + std::uint32_t(std::min(links_.retrying(), spared_retries));
}

void Intake::restart_window() {
  window_.restart();
  shown_window_.store(window_.size(), std::memory_order_relaxed);
}

// ---- steering

void Intake::steer() {
  step_hold();
  obey(may_take() ? drain_.end()
                  : drain_.step({world_.now(), in_flight_.empty(), failed_.load(std::memory_order_acquire), stopping(), hold_.is_on(), last_chances_}));
  if (connection_.is_open()) connection_.set_window(window_now(), window_.is_bound_by_rate());
  if (connection_.is_open()) connection_.pause_or_resume(may_take());
  show(state_now());
}

bool Intake::may_take() const {
  return wanted_.load(std::memory_order_acquire) == Wanted::run && !failed_.load(std::memory_order_acquire) && !hold_.is_on();
}

void Intake::obey(const DrainOrders& orders) {
  if (orders.lanes_changed) links_.order(orders.lanes);
  if (orders.lanes_changed && orders.lanes == LaneOrder::return_all) return_held_back();
  if (orders.cancel_writes) links_.cancel_writes();
  if (orders.cancel_dead_letters) links_.cancel_dead_letters();
}

void Intake::return_held_back() {
  std::vector<Entry*> entries;
  distributor_.take_held_back(entries);
  admission_.take_waiting(entries, world_.now());
  return_entries(entries);
}

void Intake::return_entries(std::vector<Entry*>& entries) {
  for (Entry* entry : entries) {
    entry->stage = Stage::settled;
    entry->verdict = Verdict::returned;
  }
  if (!entries.empty()) settled(entries);
  entries.clear();
}

void Intake::step_hold() {
  const bool was_on = hold_.is_on();
  const bool takes = connection_.is_open() && may_take();
  hold_.step({world_.now(), in_flight_.empty(), links_.downstream_ready(), takes, last_progress()});
  if (hold_.is_on() == was_on) return;
  restart_window();
  if (was_on && budget_.is_used_up())
    fail_for_good(
        "source: not consuming: a record was returned and the queue discards it when it is returned again; "
        "check the sink, then restart the connector");
}

TaskState Intake::state_now() const {
  if (failed_.load(std::memory_order_acquire)) return TaskState::failed;
  const Wanted wanted = wanted_.load(std::memory_order_acquire);
  if (wanted == Wanted::stop && in_flight_.empty()) return TaskState::stopped;
  if (source_ended_ && in_flight_.empty()) return TaskState::ended;  // whatever is wanted: nothing resumes it
  if (wanted == Wanted::pause && in_flight_.empty()) return TaskState::paused;
  if (hold_.is_on()) return TaskState::holding;
  return connection_.was_open() ? TaskState::running : TaskState::starting;
}

void Intake::show(TaskState state) {
  if (state_.load(std::memory_order_relaxed) == state) return;
  if (state != TaskState::starting && state != TaskState::failed) worked_.store(true, std::memory_order_release);
  state_since_.store(world_.now().time_since_epoch().count(), std::memory_order_relaxed);
  state_.store(state, std::memory_order_release);
  links_.changed();
}

// ---- reading

void Intake::open_source() {
  backlog_watch_.look(false);
  obstacle_ = obstacle(true, 1);
  if (!may_take() || !links_.downstream_ready()) return connection_.wait(idle_time);
  if (!connection_.open()) return;
  source_ended_ = false;
  begin_connection();
}

void Intake::begin_connection() {
  plugin::CallResult bound = links_.bind_scope(connection_.source());
  if (bound.code == CONNECTOR_BAD_CONFIG) {
    connection_.close();
    return fail(bound.message);
  }
  if (!bound.ok()) {
    bound.code = CONNECTOR_NOT_CONNECTED;  // it is closed, and opened again
    return connection_.failed(bound);
  }
  restart_window();
  connection_.set_window(window_now(), false);  // before it takes anything
  if (connection_.is_open()) budget_.limit_is(connection_.source().delivery_limit());
}

std::uint32_t Intake::room() const {
  const std::uint32_t window = window_now(), records = in_flight_.records();
  return records < window && !distributor_.holds_back() ? std::min(in_flight_.room_records(), window - records) : 0;
}

void Intake::read() {
  const bool take = may_take() && !source_ended_ && links_.downstream_ready();
  const std::uint32_t room = take ? this->room() : 0;
  connector_batch batch;
  obstacle_ = obstacle(take, room);
  counters_[IntakeCount::polls].add();
  const world::Time begun = world_.now();
  const plugin::CallResult result = connection_.source().poll(room, in_flight_.room_bytes(), batch, poll_time());
  if (batch.record_count > 0) {
    last_read_ = batch.record_count;
    counters_.poll.observe(seconds(world_.now() - begun));
    counters_.poll_records.observe(double(batch.record_count));
  }
  if (batch.release || batch.record_count > 0) take_batch(batch, room);
  if (result.code == CONNECTOR_END)
    source_ended_ = true;
  else if (!result.ok())
    connection_.failed(result);
  else
    connection_.worked();
  const plugin::CallResult backlog = backlog_watch_.look(result.ok() && take && in_flight_.empty());
  if (!backlog.ok()) connection_.failed(backlog);
}

// What keeps it from taking more, as the count of that time.
std::optional<IntakeCount> Intake::obstacle(bool take, std::uint32_t room) const {
  if (!may_take() || source_ended_) return std::nullopt;
  if (!take || !links_.downstream_ready()) return IntakeCount::out_of_dependency_us;
  if (room > 0) return std::nullopt;
  return in_flight_.records() < settings_.max_in_flight && !distributor_.holds_back() ? IntakeCount::out_of_bytes_us : IntakeCount::out_of_records_us;
}

void Intake::moderate() {
  if (last_read_ < small_read && in_flight_.records() >= worth_a_nap) nap_->wait_until(world_.now() + nap_time);
}

std::chrono::milliseconds Intake::poll_time() const {
  if (in_flight_.empty()) return idle_time;
  return std::chrono::ceil<std::chrono::milliseconds>(std::min<world::Duration>(drain_.time_left(world_.now()), idle_time));
}

void Intake::take_batch(const connector_batch& batch, std::uint32_t room) {
  const world::Time now = world_.now();
  if (in_flight_.empty()) last_progress_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  window_.busy(now);
  counters_.last_received.set(std::uint64_t(now.time_since_epoch().count()));
  observe_event_age(batch);
  admit(batch, room, now);
  distributor_.hand_out();
}

// Of the first record, for all of them: they came together.
void Intake::observe_event_age(const connector_batch& batch) {
  if (batch.record_count == 0 || batch.records[0].timestamp_ms <= 0) return;
  const auto age = world_.unix_time() - std::chrono::milliseconds(batch.records[0].timestamp_ms);
  counters_.event_age.observe(std::max(seconds(age), 0.0), batch.record_count);  // clocks differ
}

void Intake::admit(const connector_batch& batch, std::uint32_t room, world::Time now) {
  const ConsistentSection::Change change(counters_.consistent);
  Lease& lease = in_flight_.take(batch);
  const std::uint64_t admitted = std::min<std::uint64_t>(batch.record_count, room);
  if (admitted < batch.record_count) {
    fail("source: it handed out " + std::to_string(batch.record_count) + " records where " + std::to_string(room) + " were asked for");
  }
  std::uint64_t bytes = 0;
  for (std::uint64_t i = 0; i < admitted; ++i) {
    Entry& entry = in_flight_.admit(lease, batch.records[i], now);
    counters_[IntakeCount::received].add();
    bytes += entry.record.value.size;
    if (entry.record.flags & CONNECTOR_REDELIVERED) counters_[IntakeCount::redelivered].add();
    if (entry.record.delivery_count > 0 || budget_.figures().limit > 0) note_delivery(entry, now);
    tracing_.begin(entry);
    admission_.add(entry, now);
  }
  counters_[IntakeCount::received_bytes].add(bytes);
  window_.received(admitted, bytes);
  counters_.in_flight.set(in_flight_.records());
  return_entries(admission_.passed_over());
}

// One record at a time from an endangered one on.
void Intake::note_delivery(Entry& entry, world::Time now) {
  if (entry.record.delivery_count > 0) budget_.limit_is(connection_.source().delivery_limit());
  budget_.received(entry.record, now);
  entry.endangered = budget_.endangers(entry.record);
  entry.is_last_chance = budget_.is_last_chance(entry.record);
  last_chances_ += entry.is_last_chance;
  if (entry.endangered) window_.restart();
}

}  // namespace connector_host::pipeline
