#include "host/http/connections.hpp"

#include <tuple>
#include <utility>
#include <vector>

namespace connector_host::http {
namespace {

using Held = std::map<const Connection*, std::shared_ptr<Connection>>;

constexpr std::chrono::seconds taking_its_time{1};

bool may_go(const Connection& connection) {
  return connection.phase() != Connection::Phase::writing || std::chrono::steady_clock::now() - connection.since() >= taking_its_time;
}

bool goes_before(const Connection& a, const Connection& b) {
  return std::tuple(a.phase(), a.since()) < std::tuple(b.phase(), b.since());
}

// Closing one takes it out of the map, so walks go over a copy.
std::vector<std::shared_ptr<Connection>> all_of(const Held& held) {
  std::vector<std::shared_ptr<Connection>> all;
  for (const auto& [key, connection] : held) all.push_back(connection);
  return all;
}

}  // namespace

bool Connections::make_room() {
  return held_.size() < most_ || close_one();
}

bool Connections::close_one() {
  std::shared_ptr<Connection> first;
  for (const auto& [key, connection] : held_)
    if (may_go(*connection) && (!first || goes_before(*connection, *first))) first = connection;
  if (first) first->close();
  return first != nullptr;
}

void Connections::add(std::shared_ptr<Connection> connection) {
  const Connection* key = connection.get();
  held_.emplace(key, std::move(connection));
}

void Connections::remove(const Connection& connection) {
  held_.erase(&connection);
}

void Connections::finish_all() {
  for (const auto& connection : all_of(held_)) connection->finish();
}

void Connections::close_all() {
  for (const auto& connection : all_of(held_)) connection->close();
}

}  // namespace connector_host::http
