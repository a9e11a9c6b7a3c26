#include "host/pipeline/intake.hpp"

#include <algorithm>

#include "connector/view.hpp"

namespace connector_host::pipeline {
namespace {

using namespace std::chrono_literals;
constexpr auto idle_time = 1000ms;  // longest poll; the safety net behind wake
constexpr std::uint32_t most_doublings = 5;
// Moderation (docs/performance.md): like a network card's interrupts, small reads under load are put off a little.
constexpr auto nap_time = 500us;
constexpr std::uint64_t small_read = 128;
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
      connection_(settings.retry, world, source, breaker, counters_, {[this](const std::string& why) { fail(why); }, links_.changed}),
      answers_(world, connection_, counters_),
      backlog_watch_(world, source),
      nap_(world.make_gate()),
      state_since_(world.now().time_since_epoch().count()),
      last_progress_(world.now().time_since_epoch().count()),
      in_flight_(settings.max_in_flight, settings.max_in_flight_bytes, counters_),
      id_rule_(settings.id, settings.scope),
      tracing_(settings, tracer),
      distributor_(settings.workers, links_.give, links_.suspects, world, counters_) {}

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

void Intake::ask(std::function<void(plugin::SourceHandle&)> question) {
  {
    std::lock_guard lock(mutex_);
    questions_.push_back(std::move(question));
  }
  asked_.store(true, std::memory_order_release);
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
  counted_until_ = world_.now();
  while (!over()) {
    moderate();
    count_time();
    take_settled();
    distributor_.hand_out();
    if (answers_.send()) source_ended_ = false;
    steer();
    answer_questions();
    if (over()) break;  // what was settled just now was the last: nothing wakes a poll any more
    if (connection_.is_open())
      read();
    else
      open_source();
  }
  connection_.close();
  show(state_now());
  finished_.store(true, std::memory_order_release);
  links_.changed();
}

void Intake::cannot_run(const std::string& why) {
  fail(why);
  show(TaskState::failed);
  finished_.store(true, std::memory_order_release);
  links_.changed();
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

void Intake::answer_questions() {
  if (!asked_.load(std::memory_order_acquire)) return;
  std::vector<std::function<void(plugin::SourceHandle&)>> questions;
  {
    std::lock_guard lock(mutex_);
    questions.swap(questions_);
    asked_.store(false, std::memory_order_release);
  }
  for (const auto& each : questions) each(connection_.source());
}

void Intake::take_settled() {
  settled_.take(mail_);
  detached_.take(detached_mail_);  // after settled_: whoever is settled in mail_ and was detached before is in here
  for (Entry* entry : detached_mail_) in_flight_.detach(*entry);
  if (mail_.empty()) return;
  const world::Time now = world_.now();
  for (Entry* entry : mail_) distributor_.settled(*entry);  // writes a note of a suspect, for which no reader of counters may wait
  const ConsistentSection::Change change(counters_.consistent);
  for (Entry* entry : mail_) {
    learn_from(*entry);
    answers_.note_age(*entry);
    tracing_.end(*entry, now);
    in_flight_.finish(*entry, answers_.acks(), answers_.nacks());
  }
  counters_.in_flight.set(in_flight_.records());
  last_progress_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  tracing_.flush();
}

void Intake::learn_from(const Entry& entry) {
  if (entry.verdict == Verdict::returned) return;
  if (entry.verdict == Verdict::delivered) holds_ = 0;
  connection_.settled(entry.received);
}

// ---- steering

void Intake::steer() {
  look_for_hold();
  if (may_take()) {
    if (quiet_since_ != world::Time{}) links_.return_everything(false);
    quiet_since_ = {};
    returning_ = false;
  } else {
    quiet_down();
  }
  if (connection_.is_open()) connection_.pause_or_resume(may_take());
  show(state_now());
}

bool Intake::may_take() const {
  return wanted_.load(std::memory_order_acquire) == Wanted::run && !failed_.load(std::memory_order_acquire) && !holding_;
}

// Nothing more is taken: what is in hand finishes, and what cannot goes back.
void Intake::quiet_down() {
  const world::Time now = world_.now();
  if (quiet_since_ == world::Time{}) quiet_since_ = now;
  const bool failed = failed_.load(std::memory_order_acquire);
  const bool patient = !failed && !holding_ && now < quiet_since_ + settings_.drain_timeout;
  if (patient || in_flight_.empty()) return;
  if (!returning_) {
    returning_ = true;
    links_.return_everything(true);
    return_held_back();
  }
  const bool leaving = failed || wanted_.load(std::memory_order_acquire) == Wanted::stop;
  if (leaving && !cancelled_) {
    cancelled_ = true;
    links_.cancel_writes();
  }
}

void Intake::return_held_back() {
  std::vector<Entry*> entries;
  distributor_.take_held_back(entries);
  for (Entry* entry : entries) {
    entry->stage = Stage::settled;
    entry->verdict = Verdict::returned;
  }
  if (!entries.empty()) settled(entries);
}

// An outage costs a record one redelivery, however long it lasts: it is kept for hold_max, goes back once, and is taken
// again when everything downstream has answered. Where it answers and still nothing can be delivered, each attempt costs
// one more, and the pauses between them double.
void Intake::look_for_hold() {
  const world::Time now = world_.now();
  if (holding_) {
    if (in_flight_.empty() && now >= hold_until_ && links_.downstream_ready()) holding_ = false;
    return;
  }
  if (now < next_hold_look_) return;
  next_hold_look_ = now + 1s;
  const bool unready = connection_.is_open() && may_take() && !links_.downstream_ready();
  if (!unready) unready_since_ = now;
  if (in_flight_.empty()) {  // nothing to give up on, but what the source has fetched ahead is withheld from others
    hold_until_ = now;
    holding_ = now - unready_since_ > settings_.hold_max;
    return;
  }
  holding_ = now - in_flight_.oldest() > settings_.hold_max;
  if (!holding_) return;
  hold_until_ = holds_ == 0 ? now : now + settings_.hold_max * (1 << std::min(holds_, most_doublings));
  ++holds_;
}

TaskState Intake::state_now() const {
  if (failed_.load(std::memory_order_acquire)) return TaskState::failed;
  const Wanted wanted = wanted_.load(std::memory_order_acquire);
  if (wanted == Wanted::stop && in_flight_.empty()) return TaskState::stopped;
  if (source_ended_ && in_flight_.empty()) return TaskState::ended;  // whatever is wanted: nothing resumes it
  if (wanted == Wanted::pause && in_flight_.empty()) return TaskState::paused;
  if (holding_) return TaskState::holding;
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
  if (connection_.open()) source_ended_ = false;
}

void Intake::read() {
  const bool take = may_take() && !source_ended_ && links_.downstream_ready();
  const std::uint32_t room = take && !distributor_.holds_back() ? in_flight_.room_records() : 0;
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
  const bool drains = quiet_since_ != world::Time{} && !returning_ && !in_flight_.empty();
  if (!drains) return idle_time;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(quiet_since_ + settings_.drain_timeout - world_.now());
  return std::clamp<std::chrono::milliseconds>(left, 0ms, idle_time);
}

void Intake::take_batch(const connector_batch& batch, std::uint32_t room) {
  const world::Time now = world_.now();
  if (in_flight_.empty()) last_progress_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
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
  for (std::uint64_t i = 0; i < admitted; ++i) {
    Entry& entry = in_flight_.admit(lease, batch.records[i], now);
    counters_[IntakeCount::received].add();
    counters_[IntakeCount::received_bytes].add(entry.record.value.size);
    if (entry.record.flags & CONNECTOR_REDELIVERED) counters_[IntakeCount::redelivered].add();
    tracing_.begin(entry);
    if (identify(entry) && in_flight_.join(entry)) {
      counters_[IntakeCount::joined].add();
      continue;
    }
    distributor_.add(entry);
  }
  counters_.in_flight.set(in_flight_.records());
}

// False: it has no id, and goes to its lane alone. A record that should have one and has none is a dead letter.
bool Intake::identify(Entry& entry) {
  const connector_record& record = entry.record;
  const std::size_t at = id_rule_.find(record, entry.id, entry.reason);
  const bool found = at != std::string::npos;
  if (found) {
    entry.record.id = {entry.id.data() + at, entry.id.size() - at};
    entry.id_hash = JoinTable::hash_of(entry.id);
  } else {
    entry.record.id = connector::null_view();  // a source's own name for it is no id of ours
    if (!entry.reason.empty()) {
      entry.stage = Stage::rejected;
      entry.failed_at = "IDENTIFY";
      counters_[IntakeCount::unidentified].add();
      counters_.last_error.set(std::uint64_t(entry.received.time_since_epoch().count()));
    }
  }
  if (!connector::is_null(record.key))
    entry.order_key = JoinTable::hash_of(connector::text(record.key));
  else if (found)
    entry.order_key = entry.id_hash;
  else
    entry.order_key = record.position * 0x9e3779b97f4a7c15ull >> 32;
  return found;
}

}  // namespace connector_host::pipeline
