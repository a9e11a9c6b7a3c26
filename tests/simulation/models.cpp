#include "tests/simulation/models.hpp"

#include <algorithm>

#include "connector/abi.h"

namespace simulation {

// ---- log

void LogModel::write(std::string_view value) {
  const auto published = std::find_if(messages_.begin(), messages_.end(), [&](const Message& each) { return each.value == value; });
  if (published == messages_.end()) scheduler_.violated("the sink got bytes that nobody published: " + std::string(value));
  if (published->kind != Kind::good) scheduler_.violated("the sink got a record that should be a dead letter: " + std::string(value));
  values_.emplace(value);
  if (!ids_.insert(published->id).second) {
    ++repeats_;
    return;
  }
  order_[published->key].push_back(std::size_t(published - messages_.begin()));
}

// ---- queue

std::uint64_t QueueModel::connect() {
  connections_.emplace(next_connection_, Connection{});
  return next_connection_++;
}

void QueueModel::disconnect(std::uint64_t connection) {
  const auto found = connections_.find(connection);
  if (found == connections_.end()) return;
  for (auto each = found->second.unacked.rbegin(); each != found->second.unacked.rend(); ++each) give_back(each->second);
  connections_.erase(found);
}

void QueueModel::disconnect_all() {
  while (!connections_.empty()) disconnect(connections_.begin()->first);
}

void QueueModel::give_back(std::size_t message) {
  messages_[message].redelivered = true;
  ready_.insert(std::lower_bound(ready_.begin(), ready_.end(), message), message);  // its old place, as far as that is known
}

std::pair<std::uint64_t, std::size_t> QueueModel::deliver(std::uint64_t connection) {
  Connection& at = connections_.at(connection);
  const std::size_t message = ready_.front();
  ready_.pop_front();
  at.unacked.emplace(at.next_tag, message);
  ++messages_[message].deliveries;
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

void QueueModel::acked(std::size_t index) {
  Message& message = messages_[index];
  const bool delivered =
      message.kind == Kind::good ? log_.has_id(message.id) : log_.has_dead_letter(message.value) || (!message.id.empty() && log_.has_id(message.id));
  if (!delivered) scheduler_.violated("lost: acknowledged without being anywhere: " + message.value);
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
  return std::all_of(messages_.begin(), messages_.end(), [](const Message& each) { return each.acked; });
}

// ---- store

std::uint8_t StoreModel::claim(const std::string& owner, Duration lease, const std::string& id) {
  State& state = ids_[id];
  if (state.done) return CONNECTOR_CLAIM_DONE;
  const bool free = state.owner.empty() || state.until <= scheduler_.now();
  if (!free && state.owner != owner) return CONNECTOR_CLAIM_HELD;
  if (!state.owner.empty() && state.owner != owner) lapsed_ = true;
  state.owner = owner;
  state.until = scheduler_.now() + lease;
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
  if (!log_.has_id(id)) scheduler_.violated("committed without being delivered: " + id);
  ids_[id].done = true;
}

void StoreModel::release(const std::string& owner, const std::string& id) {
  const auto found = ids_.find(id);
  if (found != ids_.end() && !found->second.done && found->second.owner == owner) ids_.erase(found);
}

void StoreModel::forget_some() {
  forgot_ = true;
  std::erase_if(ids_, [&](const auto&) { return scheduler_.chance(0.3); });
}

bool StoreModel::done(const std::string& id) const {
  const auto found = ids_.find(id);
  return found != ids_.end() && found->second.done;
}

}  // namespace simulation
