#include "host/pipeline/task.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace connector_host::pipeline {
namespace {

world::Time time_in(const Counter& nanoseconds) {
  return world::Time(world::Duration(nanoseconds.value()));
}

}  // namespace

Task::Task(TaskSettings settings, world::World& world, const TaskParts& parts, std::function<void()> changed)
    : settings_(std::move(settings)),
      world_(world),
      changed_(std::move(changed)),
      source_breaker_(parts.source_breaker),
      unsaved_(std::max<std::size_t>(settings_.max_in_flight, 1), parts.unsaved_commits),
      sink_(guard(&parts.sink, &parts.sink_breaker, "sink")),
      dead_letter_(guard(parts.dead_letter, parts.dead_letter_breaker, "dead_letter")),
      dedup_(guard(parts.dedup, parts.dedup_breaker, "dedup")),
      scope_binding_(settings_, *sink_, dedup_.get()),
      intake_(std::make_unique<Intake>(settings_, world_, parts.source, parts.source_breaker, parts.tracer, links(parts))),
      downstream_(std::make_unique<Downstream>(Downstream{settings_, world_, *sink_, dedup_.get(), dead_letter_.get(), parts.flood_guard, unsaved_,
                                                          last_delivered_, intake_->last_settled(), parts.tracer, parts.scrub, [this] { keeper_->wake(); },
                                                          parts.set_aside, [this](const std::string& why) { intake_->fail(why); }})),
      keeper_(std::make_unique<Keeper>(*downstream_)) {
  make_transforms(parts);
  make_lanes();
}

Task::~Task() {
  if (!intake_thread_) return;
  stop();
  join();
}

void Task::start() {
  try {
    start_threads();
  } catch (const std::system_error& error) {  // no more threads, or no memory for one
    end_threads();
    intake_->cannot_run(std::string("its threads cannot be started: ") + error.what());
  }
}

void Task::start_threads() {
  const std::string tail = "/" + settings_.connector;
  for (const auto& lane : lanes_) lane->start();
  for (Watched& each : watched_) each.guard->watch();
  for (Watched& each : watched_) each.opener->start(*each.guard, "open " + each.guard->name());
  std::vector<ClaimLedger*> ledgers;
  for (const auto& lane : lanes_) ledgers.push_back(&lane->ledger());
  keeper_->start(std::move(ledgers), "keep" + tail);
  intake_thread_ = world_.start("in" + tail, [this] { intake_->run(); });
}

void Task::join() {
  if (!intake_thread_) return;
  intake_thread_->join();
  end_threads();
}

void Task::end_threads() {
  for (Watched& each : watched_) each.guard->unwatch();
  for (const auto& lane : lanes_) lane->stop();
  keeper_->stop();
  for (Watched& each : watched_) each.opener->begin_stop();
  for (Watched& each : watched_) each.guard->cancel();
  for (Watched& each : watched_) each.opener->stop();
  for (Watched& each : watched_) each.guard->shut();
}

// ---- wiring

template <class Handle>
std::unique_ptr<middleware::Guarded<Handle>> Task::guard(Handle* handle, middleware::Breaker* breaker, const std::string& name) {
  if (!handle) return nullptr;
  auto opener = std::make_unique<middleware::Opener>(world_);
  middleware::GuardSettings settings;
  settings.name = name;
  settings.backoff = settings_.retry;
  middleware::GuardEvents events;
  events.ready = [this] { dependency_is_back(); };
  events.wants_opener = [wake = opener.get()] { wake->wake(); };
  events.failed = [this] { changed_(); };
  events.broken = [this](const std::string& why) { intake_->fail(why); };
  auto made = std::make_unique<middleware::Guarded<Handle>>(*handle, *breaker, world_, std::move(settings), std::move(events));
  watched_.push_back({made.get(), std::move(opener)});
  return made;
}

void Task::make_transforms(const TaskParts& parts) {
  for (const auto& of_lane : parts.transforms) {
    auto& guarded = transforms_.emplace_back();
    for (plugin::TransformHandle* handle : of_lane) {
      transform_breakers_.push_back(std::make_unique<middleware::Breaker>(world_, middleware::BreakerSettings{}));
      const std::string place = std::to_string(transforms_.size() - 1) + "." + std::to_string(guarded.size());
      guarded.push_back(guard(handle, transform_breakers_.back().get(), "transform." + place));
    }
  }
}

void Task::make_lanes() {
  for (std::uint32_t i = 0; i < settings_.workers; ++i) {
    std::vector<GuardedTransform*> transforms;
    if (i < transforms_.size()) {
      for (const auto& each : transforms_[i]) transforms.push_back(each.get());
    }
    LaneEvents events;
    events.detached = [this](std::span<Entry* const> entries) { intake_->detached(entries); };
    events.settled = [this](std::span<Entry* const> entries) { intake_->settled(entries); };
    lanes_.push_back(std::make_unique<Lane>(*downstream_, std::move(transforms), std::move(events), "lane" + std::to_string(i)));
  }
}

IntakeLinks Task::links(const TaskParts& parts) {
  IntakeLinks links;
  links.downstream_ready = [this] { return downstream_ready(); };
  links.retrying = [this] {
    std::uint64_t records = 0;
    for (const auto& lane : lanes_) records += lane->counters().retrying.value();
    return records;
  };
  links.give = [this](std::uint32_t lane, std::span<Entry* const> entries) { lanes_[lane]->give(entries); };
  links.order = [this](LaneOrder order) {
    for (const auto& lane : lanes_) lane->order(order);
  };
  links.cancel_writes = [this] {
    sink_->cancel();
    for (const auto& of_lane : transforms_) {
      for (const auto& each : of_lane) each->cancel();
    }
  };
  links.cancel_dead_letters = [this] {
    if (dead_letter_) dead_letter_->cancel();
  };
  links.changed = changed_;
  links.bind_scope = [this](plugin::SourceHandle& source) { return scope_binding_.bind(source); };
  links.suspects = parts.suspects;
  links.spent_deliveries = parts.spent_deliveries;
  links.scrub = parts.scrub;
  links.dedup = parts.dedup != nullptr;
  links.sets_rejects_aside = parts.dead_letter || settings_.tolerate_errors;
  return links;
}

bool Task::downstream_ready() const {
  return std::all_of(watched_.begin(), watched_.end(), [&](const Watched& each) {
    const bool bypassed = each.guard == dedup_.get() && settings_.bypass_dedup;
    return bypassed || each.guard->ready();
  });
}

void Task::dependency_is_back() {
  for (const auto& lane : lanes_) lane->wake();
  keeper_->wake();
  intake_->wake();
  changed_();
}

// ---- status

TaskCounts Task::counts(TaskGauges* gauges) const {
  TaskGauges now;
  const IntakeCounters& intake = intake_->counters();
  TaskCounts counts;
  counts.intake = intake.consistent.read([&] {
    now.in_flight = intake.in_flight.value();
    return intake.read();
  });
  now.in_flight_bytes = intake.in_flight_bytes.value();
  now.unsaved_commits = unsaved_.size();
  now.window = intake_->window();
  now.deliveries = intake_->deliveries();
  const RetryStatus retries = this->retries();
  now.retrying = retries.records;
  now.retrying_since = retries.since;
  now.needs_operator = intake_->needs_operator();
  now.last_turn = time_in(intake.last_turn);
  now.last_received = time_in(intake.last_received);
  now.last_error = time_in(intake.last_error);
  counts[TaskHistogram::poll] = intake.poll.read();
  counts[TaskHistogram::poll_records] = intake.poll_records.read();
  counts[TaskHistogram::end_to_end] = intake.end_to_end.read();
  counts[TaskHistogram::event_age] = intake.event_age.read();
  counts.connection(Dependency::source) = {counts.intake[IntakeCount::source_opened], counts.intake[IntakeCount::source_not_opened],
                                           counts.intake[IntakeCount::source_lost], counts.intake[IntakeCount::source_failed_calls],
                                           counts.intake[IntakeCount::source_refused_calls]};
  counts.connection(Dependency::sink) = sink_->counts();
  if (dedup_) counts.connection(Dependency::dedup) = dedup_->counts();
  if (dead_letter_) counts.connection(Dependency::dead_letter) = dead_letter_->counts();
  counts.commits_forgotten = unsaved_.forgotten();
  for (const auto& lane : lanes_) add_lane(*lane, counts, now);
  if (gauges) *gauges = now;
  return counts;
}

void Task::add_lane(const Lane& lane, TaskCounts& counts, TaskGauges& gauges) const {
  const LaneCounters& of = lane.counters();
  counts.lanes += of.read();
  counts[TaskHistogram::dedup_claim] += of.dedup_claim.read();
  counts[TaskHistogram::dedup_commit] += of.dedup_commit.read();
  counts[TaskHistogram::dedup_release] += of.dedup_release.read();
  counts[TaskHistogram::sink_send] += of.sink_send.read();
  gauges.last_error = std::max(gauges.last_error, time_in(of.last_error));
  const auto& transforms = lane.transform_counters();
  counts.transforms.resize(transforms.size());
  for (std::size_t i = 0; i < transforms.size(); ++i)
    counts.transforms[i] += {transforms[i].passed.value(), transforms[i].filtered.value(), transforms[i].failed.value(), transforms[i].seconds.read()};
}

TaskStatus Task::status() const {
  TaskStatus status;
  status.state = intake_->state();
  status.since = intake_->state_since();
  status.over = intake_->finished();
  status.worked = intake_->worked();
  status.failure = intake_->failure();
  status.in_flight = intake_->counters().in_flight.value();
  status.last_progress = intake_->last_progress();
  status.last_turn = time_in(intake_->counters().last_turn);
  status.starved_since = intake_->starved_since();
  status.needs_operator = intake_->needs_operator();
  status.window = intake_->window();
  status.deliveries = intake_->deliveries();
  status.retries = retries();
  status.dependencies.push_back({"source", intake_->source_up(), source_breaker_.status(), intake_->source_error()});
  for (const Watched& each : watched_) status.dependencies.push_back(status_of(*each.guard));
  return status;
}

RetryStatus Task::retries() const {
  RetryStatus all;
  for (const auto& lane : lanes_) {
    const std::uint64_t records = lane->counters().retrying.value();
    if (records == 0) continue;
    all.records += records;
    const world::Time since = time_in(lane->counters().retrying_since);
    if (all.since != world::Time{} && since >= all.since) continue;
    all.since = since;
    all.reason = lane->retry_reason();
  }
  return all;
}

DependencyStatus Task::status_of(const middleware::Guard& guard) const {
  return {guard.name(), guard.works(), guard.breaker().status(), guard.last_error()};
}

}  // namespace connector_host::pipeline
