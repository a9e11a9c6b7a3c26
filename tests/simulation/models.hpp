#pragma once
// The outside of a simulation: a queue with deliveries and acknowledgements, a dedup store with leases, a log. They outlive
// every process, hold the truth about what was published and delivered, and end the run at the first violated invariant.
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulation/scheduler.hpp"

namespace simulation {

enum class Kind { good, not_json, no_id, refused };  // refused: valid, but the sink rejects it

struct Message {
  std::string value;
  std::string id;   // as the dedup store sees it; empty: none can be found
  std::string key;  // empty: none
  Kind kind = Kind::good;
  bool redelivered = false;
  bool acked = false;
  std::uint32_t deliveries = 0;
};

// What the sink wrote and what the dead letter got.
class LogModel {
 public:
  LogModel(Scheduler& scheduler, std::vector<Message>& messages) : scheduler_(scheduler), messages_(messages) {}

  void write(std::string_view value);
  void dead_letter(std::string_view value) { dead_letters_.emplace(value); }
  bool has_value(const std::string& value) const { return values_.contains(value); }
  bool has_id(const std::string& id) const { return ids_.contains(id); }
  bool has_dead_letter(const std::string& value) const { return dead_letters_.contains(value); }
  std::uint64_t repeats() const { return repeats_; }
  // Of each key, the first time each of its messages was written, in order.
  const std::map<std::string, std::vector<std::size_t>>& order() const { return order_; }

 private:
  Scheduler& scheduler_;
  std::vector<Message>& messages_;
  std::set<std::string, std::less<>> values_;
  std::set<std::string> ids_, dead_letters_;
  std::map<std::string, std::vector<std::size_t>> order_;
  std::uint64_t repeats_ = 0;
};

// A queue. A connection that ends gives its unacknowledged deliveries back, to the front, as redelivered.
class QueueModel {
 public:
  QueueModel(Scheduler& scheduler, std::vector<Message>& messages, LogModel& log) : scheduler_(scheduler), messages_(messages), log_(log) {}

  std::uint64_t connect();
  void disconnect(std::uint64_t connection);
  bool connected(std::uint64_t connection) const { return connections_.contains(connection); }
  void publish(std::size_t message) { ready_.push_back(message); }
  void disconnect_all();
  bool has_ready() const { return !ready_.empty(); }
  const Message& message(std::size_t index) const { return messages_[index]; }
  // The tag of the next delivery on this connection.
  std::pair<std::uint64_t, std::size_t> deliver(std::uint64_t connection);
  // False: no such tag, which a broker answers by closing the channel.
  bool ack(std::uint64_t connection, std::uint64_t tag, bool multiple);
  bool requeue(std::uint64_t connection, std::uint64_t tag);
  bool all_acked() const;
  std::size_t unacked(std::uint64_t connection) const { return connections_.at(connection).unacked.size(); }

 private:
  struct Connection {
    std::uint64_t next_tag = 1;
    std::map<std::uint64_t, std::size_t> unacked;
  };
  void acked(std::size_t message);
  void give_back(std::size_t message);

  Scheduler& scheduler_;
  std::vector<Message>& messages_;
  LogModel& log_;
  std::deque<std::size_t> ready_;
  std::map<std::uint64_t, Connection> connections_;
  std::uint64_t next_connection_ = 1;
};

// Claims with leases on the simulated clock, and commits.
class StoreModel {
 public:
  StoreModel(Scheduler& scheduler, const LogModel& log) : scheduler_(scheduler), log_(log) {}

  std::uint8_t claim(const std::string& owner, Duration lease, const std::string& id);
  std::uint8_t renew(const std::string& owner, Duration lease, const std::string& id);
  void commit(const std::string& id);
  void release(const std::string& owner, const std::string& id);
  // A failover that lost the newest commits.
  void forget_some();
  bool done(const std::string& id) const;
  // Somebody got an id whose former owner had not given it back.
  bool lapsed() const { return lapsed_; }
  bool forgot() const { return forgot_; }

 private:
  struct State {
    bool done = false;
    std::string owner;
    Time until{};
  };
  Scheduler& scheduler_;
  const LogModel& log_;
  std::map<std::string, State> ids_;
  bool lapsed_ = false, forgot_ = false;
};

}  // namespace simulation
