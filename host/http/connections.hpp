#pragma once
// Connections: those of one server, and who of them has to go when there are too many. The server's thread only.
#include <cstddef>
#include <map>
#include <memory>

#include "host/http/connection.hpp"

namespace connector_host::http {

class Connections {
 public:
  explicit Connections(std::size_t most) : most_(most) {}

  // True: one more may be added; another one was closed for it if need be. The first to go are those that are ending
  // or idle, then those that take long to ask, then those that have not taken their answer for a second; of each the
  // oldest. So clients that hold connections open cannot keep out one that asks and goes.
  bool make_room();
  // Closes one of them all the same, if there is one that may go.
  bool close_one();
  void add(std::shared_ptr<Connection> connection);
  void remove(const Connection& connection);

  void finish_all();
  void close_all();
  bool empty() const { return held_.empty(); }
  std::size_t size() const { return held_.size(); }

 private:
  const std::size_t most_;
  std::map<const Connection*, std::shared_ptr<Connection>> held_;
};

}  // namespace connector_host::http
