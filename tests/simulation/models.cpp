#include "tests/simulation/models.hpp"

#include <algorithm>

#include "connector/abi.h"
#include "host/pipeline/suspects.hpp"

namespace simulation {

// ---- log

void LogModel::accuse(std::uint64_t fingerprint) {
  using connector_host::pipeline::Suspects;
  const auto found = std::find_if(messages_.begin(), messages_.end(), [&](const Message& each) {
    return Suspects::fingerprint_of(each.id, each.value) == fingerprint;
  });
  if (found == messages_.end()) scheduler_.violated("a note accuses what nobody published");
  ++accusations_[found->value];
}

bool LogModel::is_guilty(const Message& message) const {
  const auto found = accusations_.find(message.value);
  return found != accusations_.end() && found->second >= connector_host::pipeline::Suspects::deaths;
}

// A good one that was found guilty is a dead letter. One that can never be written is a duplicate
// of one with its id that was.
bool LogModel::has(const Message& message) const {
  if (message.kind == Kind::unwanted) return true;
  if (!message.id.empty() && delivered(message.id)) return true;
  return is_dead_letter(message.value) || dropped(message.value);
}

void LogModel::write(std::string_view value) {
  const Message* message = with_part(value);
  if (!message)
    scheduler_.violated("the sink got what nobody published, or what was not to be written: " +
                        std::string(value));
  const bool again = delivered_.contains(message->id);
  parts_.emplace(value);
  const bool whole = std::all_of(message->parts.begin(), message->parts.end(),
                                 [&](const std::string& part) { return parts_.contains(part); });
  if (!whole) return;
  // One that was joined to a rejected record with its id waits for it, and later ones of its key
  // may come before it. So does a copy of what was found guilty, and it bears the value of the
  // first.
  if (!again && !is_correction(value) && !is_dead_letter(message->value)) {
    all_in_order_.push_back(std::size_t(message - messages_.data()));
    order_[message->key].push_back(all_in_order_.back());
  }
  if (again && value != message->parts.back())
    return;  // the rest of it follows, or all of it again
  repeats_ += again;
  delivered_[message->id].latest = scheduler_.steps();
}

void LogModel::dead_letter(std::string_view value, bool truncated) {
  const Message& message = rejected_message(value, "the dead letter");
  if (truncated && !whole_is_too_large(value))
    scheduler_.violated("truncated without need: " + message.value);
  truncated_ += truncated;
  Times& times = dead_letters_[message.value];
  ++times.count;
  times.latest = scheduler_.steps();
}

void LogModel::drop(std::string_view value) {
  dropped_.insert(rejected_message(value, "nobody").value);
}

std::uint64_t LogModel::dead_letters(const std::string& value) const {
  const auto found = dead_letters_.find(value);
  return found == dead_letters_.end() ? 0 : found->second.count;
}

std::uint32_t LogModel::kills(const std::string& value) const {
  const auto found = kills_.find(value);
  return found == kills_.end() ? 0 : found->second;
}

bool LogModel::delivered_since(const std::string& id, std::uint64_t step) const {
  const auto found = delivered_.find(id);
  return found != delivered_.end() && found->second.latest > step;
}

bool LogModel::dead_letter_since(const std::string& value, std::uint64_t step) const {
  const auto found = dead_letters_.find(value);
  return found != dead_letters_.end() && found->second.latest > step;
}

const Message* LogModel::with_part(std::string_view value) const {
  const auto found = std::find_if(messages_.begin(), messages_.end(), [&](const Message& each) {
    return value.starts_with(each.value) &&
           std::find(each.parts.begin(), each.parts.end(), value) != each.parts.end();
  });
  return found == messages_.end() ? nullptr : &*found;
}

const Message& LogModel::rejected_message(std::string_view value, const char* where) const {
  const auto found = std::find_if(messages_.begin(), messages_.end(),
                                  [&](const Message& each) { return each.value == value; });
  if (found == messages_.end())
    scheduler_.violated(std::string(where) +
                        " got bytes that nobody published: " + std::string(value));
  if (!is_rejected(found->kind) && !is_guilty(*found) && !mistaken_)
    scheduler_.violated(std::string(where) +
                        " got a record that nothing is wrong with: " + found->value);
  return *found;
}

LogModel::UnderWay::UnderWay(LogModel& log, std::span<const connector_record> records) : log_(log) {
  for (const connector_record& record : records) {
    const Message* message = log.with_part({record.value.data, record.value.size});
    if (message) log.under_way_.insert(ids_.emplace_back(message->id));
  }
}

LogModel::UnderWay::~UnderWay() {
  for (const std::string& id : ids_) log_.under_way_.extract(id);
}

// ---- queue

std::uint64_t QueueModel::connect() {
  connections_.emplace(next_connection_, Connection{});
  return next_connection_++;
}

void QueueModel::disconnect(std::uint64_t connection) {
  const auto found = connections_.find(connection);
  if (found == connections_.end()) return;
  for (auto each = found->second.unacked.rbegin(); each != found->second.unacked.rend(); ++each)
    give_back(each->second);
  connections_.erase(found);
}

void QueueModel::disconnect_all() {
  while (!connections_.empty()) disconnect(connections_.begin()->first);
}

void QueueModel::give_back(std::size_t message) {
  check_age(message);
  messages_[message].redelivered = true;
  if (limit_ > 0 && messages_[message].deliveries > limit_)
    scheduler_.violated("lost: the queue deleted after its delivery limit: " +
                        messages_[message].value);
  ready_.insert(std::lower_bound(ready_.begin(), ready_.end(), message),
                message);  // its old place, as far as that is known
}

std::pair<std::uint64_t, std::size_t> QueueModel::deliver(std::uint64_t connection) {
  Connection& at = connections_.at(connection);
  const std::size_t message = ready_.front();
  ready_.pop_front();
  at.unacked.emplace(at.next_tag, message);
  ++messages_[message].deliveries;
  messages_[message].delivered_at = scheduler_.steps();
  messages_[message].delivered_time = scheduler_.now();
  return {at.next_tag++, message};
}

bool QueueModel::ack(std::uint64_t connection, std::uint64_t tag, bool multiple) {
  Connection& at = connections_.at(connection);
  if (tag == 0) scheduler_.violated("tag 0 was acknowledged, which means everything");
  if (!at.unacked.contains(tag)) return false;
  auto each = multiple ? at.unacked.begin() : at.unacked.find(tag);
  while (each != at.unacked.end() && each->first <= tag) {
    acked(each->second);
    each = at.unacked.erase(each);
  }
  return true;
}

void QueueModel::check_age(std::size_t message) const {
  if (scheduler_.now() - messages_[message].delivered_time > consumer_timeout_)
    scheduler_.violated("unacknowledged for longer than the consumer timeout: " +
                        messages_[message].value);
}

void QueueModel::acked(std::size_t index) {
  check_age(index);
  Message& message = messages_[index];
  if (!log_.has(message))
    scheduler_.violated("lost: acknowledged without being anywhere: " + message.value);
  message.acked = true;
}

bool QueueModel::requeue(std::uint64_t connection, std::uint64_t tag) {
  Connection& at = connections_.at(connection);
  const auto found = at.unacked.find(tag);
  if (found == at.unacked.end()) return false;
  give_back(found->second);
  at.unacked.erase(found);
  return true;
}

bool QueueModel::all_acked() const {
  return std::all_of(messages_.begin(), messages_.end(),
                     [](const Message& each) { return each.acked; });
}

bool QueueModel::waits(std::size_t message) const {
  return std::find(ready_.begin(), ready_.end(), message) != ready_.end();
}

std::vector<std::size_t> QueueModel::in_hand() const {
  std::vector<std::size_t> all;
  for (const auto& [number, connection] : connections_) {
    for (const auto& [tag, message] : connection.unacked) all.push_back(message);
  }
  return all;
}

// ---- store

std::uint8_t StoreModel::claim(const std::string& owner, Duration lease, const std::string& id) {
  State& state = ids_[id];
  if (state.done) return CONNECTOR_CLAIM_DONE;
  const bool free = state.owner.empty() || state.until <= scheduler_.now();
  if (!free && state.owner != owner) return CONNECTOR_CLAIM_HELD;
  if (!state.owner.empty() && state.owner != owner) lapsed_ = true, tolerated_ += tolerates_lapse_;
  state.owner = owner;
  state.until = scheduler_.now() + lease;
  state.step = scheduler_.steps();
  return CONNECTOR_CLAIM_NEW;
}

std::uint8_t StoreModel::renew(const std::string& owner, Duration lease, const std::string& id) {
  State& state = ids_[id];
  if (state.done) return CONNECTOR_CLAIM_DONE;
  if (state.owner != owner || state.until <= scheduler_.now()) return CONNECTOR_CLAIM_LOST;
  state.until = scheduler_.now() + lease;
  return CONNECTOR_CLAIM_NEW;
}

void StoreModel::commit(const std::string& id) {
  if (!log_.delivered(id)) scheduler_.violated("committed without being delivered: " + id);
  ids_[id].done = true;
  ids_[id].step = scheduler_.steps();
}

void StoreModel::release(const std::string& owner, const std::string& id) {
  const auto found = ids_.find(id);
  if (found != ids_.end() && !found->second.done && found->second.owner == owner) ids_.erase(found);
}

void StoreModel::forget_some() {
  tolerated_ += std::erase_if(ids_, [&](const auto&) { return scheduler_.chance(0.3); });
}

bool StoreModel::done(const std::string& id) const {
  const auto found = ids_.find(id);
  return found != ids_.end() && found->second.done;
}

bool StoreModel::held(const std::string& id) const {
  const auto found = ids_.find(id);
  return found != ids_.end() && !found->second.done && found->second.until > scheduler_.now();
}

bool StoreModel::done_since(const std::string& id, std::uint64_t step) const {
  return done(id) && ids_.at(id).step > step;
}

bool StoreModel::claimed_since(const std::string& id, std::uint64_t step) const {
  return held(id) && ids_.at(id).step > step;
}

}  // namespace simulation
