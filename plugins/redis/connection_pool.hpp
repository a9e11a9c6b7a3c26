#pragma once
// ConnectionPool: idle connections, and no more connections than `connections` allows.
//
// A Lease gives one connection to one call; it is returned only when keep() says that all went
// well, else it is closed. A call that finds all of them busy waits within its limit. Thread-safe;
// owned by the store.
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "plugins/redis/connection.hpp"

namespace connector_host_plugins::redis {

class ConnectionPool {
 public:
  using Connect = std::function<std::unique_ptr<Connection>(const net::Limit&)>;

  class Lease {
   public:
    Lease(ConnectionPool&, const net::Limit&);  // throws RedisError
    Connection& connection() { return *place_.connection; }
    void keep() { place_.keep = true; }

   private:
    struct Place {
      ~Place() { pool->give_back(keep ? std::move(connection) : nullptr); }
      ConnectionPool* pool;
      std::unique_ptr<Connection> connection;
      bool keep = false;
    };
    Place place_;
  };

  ConnectionPool(std::size_t most, Connect connect) : most_(most), connect_(std::move(connect)) {}

  void add(std::unique_ptr<Connection>);
  // After the cancellation of a limit was cancelled: calls that wait for a connection look at it.
  void wake();
  void close();

 private:
  std::unique_ptr<Connection> take_place(const net::Limit&);
  void give_back(std::unique_ptr<Connection>);

  const std::size_t most_;
  const Connect connect_;
  std::mutex mutex_;  // guards idle_ and leased_
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t leased_ = 0;
};

}  // namespace connector_host_plugins::redis
