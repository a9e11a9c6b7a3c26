#include "plugins/redis/connection_pool.hpp"

#include "plugins/redis/redis_error.hpp"

namespace connector_host_plugins::redis {

// An idle connection that the server closed, or on which something arrived, is replaced before
// anything is sent: nothing is tried twice by that.
ConnectionPool::Lease::Lease(ConnectionPool& pool, const net::Limit& limit)
    : place_{&pool, pool.take_place(limit)} {
  if (!place_.connection || !place_.connection->quiet()) place_.connection = pool.connect_(limit);
}

std::unique_ptr<Connection> ConnectionPool::take_place(const net::Limit& limit) {
  const auto cancelled = [&] { return limit.cancellation && limit.cancellation->cancelled(); };
  std::unique_lock lock(mutex_);
  const bool in_time = changed_.wait_until(lock, limit.deadline.end(),
                                           [&] { return leased_ < most_ || cancelled(); });
  if (cancelled()) throw RedisError(Failure::cancelled, CONNECTOR_RETRIABLE, "cancelled");
  if (!in_time)
    throw RedisError(
        Failure::timeout, CONNECTOR_RETRIABLE,
        "all connections were busy until the time limit: raise the option connections");
  ++leased_;
  if (idle_.empty()) return nullptr;
  std::unique_ptr<Connection> taken = std::move(idle_.back());
  idle_.pop_back();
  return taken;
}

void ConnectionPool::give_back(std::unique_ptr<Connection> connection) {
  {
    std::lock_guard lock(mutex_);
    --leased_;
    if (connection) idle_.push_back(std::move(connection));
  }
  changed_.notify_one();
}

void ConnectionPool::add(std::unique_ptr<Connection> connection) {
  std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
}

void ConnectionPool::wake() {
  {
    std::lock_guard lock(mutex_);
  }  // whoever looked before is waiting by now
  changed_.notify_all();
}

void ConnectionPool::close() {
  std::lock_guard lock(mutex_);
  idle_.clear();
}

}  // namespace connector_host_plugins::redis
