#pragma once
// The outside of a simulation: a queue with deliveries and acknowledgements, a dedup store with
// leases, a log. They outlive every process, hold the truth about what was published and delivered,
// and end the run at the first violated invariant.
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connector/abi.h"
#include "tests/simulation/message.hpp"
#include "tests/simulation/scheduler.hpp"

namespace simulation {

// What the sink wrote and what was set aside. Times are steps of the scheduler.
class LogModel {
 public:
  LogModel(Scheduler& scheduler, std::vector<Message>& messages)
      : scheduler_(scheduler), messages_(messages) {}

  void write(std::string_view value);
  void dead_letter(std::string_view value, bool truncated);
  // Dropped for want of a dead letter.
  void drop(std::string_view value);

  // The configuration is wrong: good records may be dead-lettered.
  void set_mistaken(bool mistaken) { mistaken_ = mistaken; }
  std::size_t writes_under_way() const { return under_way_.size(); }

  // A process ended while it worked on this one alone, as its note says. (Suspects::fingerprint_of)
  void accuse(std::uint64_t fingerprint);
  // This one ended a process.
  void killed(std::string_view value) { ++kills_[std::string(value)]; }
  std::uint32_t kills(const std::string& value) const;

  // It may be acknowledged: it is where it belongs.
  bool has(const Message& message) const;
  // Every part of it was written.
  bool delivered(const std::string& id) const { return delivered_.contains(id); }
  bool is_dead_letter(const std::string& value) const { return dead_letters_.contains(value); }
  bool dropped(const std::string& value) const { return dropped_.contains(value); }
  std::uint64_t dead_letters(const std::string& value) const;
  // What was delivered whole when it had been before.
  std::uint64_t repeats() const { return repeats_; }
  std::uint64_t truncated() const { return truncated_; }
  // Of each key, when each of its messages was delivered first, in order.
  const std::map<std::string, std::vector<std::size_t>>& order() const { return order_; }
  // The same of all messages together.
  const std::vector<std::size_t>& all_in_order() const { return all_in_order_; }

  bool delivered_since(const std::string& id, std::uint64_t step) const;
  bool dead_letter_since(const std::string& value, std::uint64_t step) const;
  // A write of it has begun and nobody has been told yet what came of it.
  bool under_way(const std::string& id) const { return under_way_.contains(id); }

  // A write of these, from its call to its return.
  class UnderWay {
   public:
    UnderWay(LogModel& log, std::span<const connector_record> records);
    ~UnderWay();
    UnderWay(const UnderWay&) = delete;
    UnderWay& operator=(const UnderWay&) = delete;

   private:
    LogModel& log_;
    std::vector<std::string> ids_;
  };

 private:
  struct Times {
    std::uint64_t count = 0, latest = 0;
  };
  const Message* with_part(std::string_view value) const;
  bool is_guilty(const Message& message) const;
  const Message& rejected_message(std::string_view value, const char* where) const;

  Scheduler& scheduler_;
  std::vector<Message>& messages_;
  std::set<std::string, std::less<>> parts_, dropped_;
  std::map<std::string, Times> delivered_;            // by id
  std::map<std::string, Times> dead_letters_;         // by value
  std::multiset<std::string> under_way_;              // ids
  std::map<std::string, std::uint32_t> accusations_;  // by value
  std::map<std::string, std::vector<std::size_t>> order_;
  std::vector<std::size_t> all_in_order_;
  std::map<std::string, std::uint32_t> kills_;  // by value
  std::uint64_t repeats_ = 0, truncated_ = 0;
  bool mistaken_ = false;
};

// A queue. A connection that ends gives its unacknowledged deliveries back, to the front, as
// redelivered.
class QueueModel {
 public:
  QueueModel(Scheduler& scheduler, std::vector<Message>& messages, LogModel& log)
      : scheduler_(scheduler), messages_(messages), log_(log) {}

  // Redeliveries after which a message is deleted, as RabbitMQ's x-delivery-limit; 0: none. A
  // deletion is a violation.
  void set_limit(std::uint32_t limit) { limit_ = limit; }
  std::uint32_t limit() const { return limit_; }
  // The broker closes a consumer that holds a delivery for longer; that is a violation, too.
  void set_consumer_timeout(Duration timeout) { consumer_timeout_ = timeout; }

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
  // Nobody has it: it can be delivered.
  bool waits(std::size_t message) const;
  // Those that somebody has.
  std::vector<std::size_t> in_hand() const;
  std::size_t unacked(std::uint64_t connection) const {
    return connections_.at(connection).unacked.size();
  }

 private:
  struct Connection {
    std::uint64_t next_tag = 1;
    std::map<std::uint64_t, std::size_t> unacked;
  };
  void acked(std::size_t message);
  void give_back(std::size_t message);
  void check_age(std::size_t message) const;

  Scheduler& scheduler_;
  std::vector<Message>& messages_;
  LogModel& log_;
  std::deque<std::size_t> ready_;
  std::map<std::uint64_t, Connection> connections_;
  std::uint64_t next_connection_ = 1;
  std::uint32_t limit_ = 0;
  Duration consumer_timeout_ = std::chrono::hours(1000);
};

// Claims with leases on the simulated clock, and commits.
class StoreModel {
 public:
  // tolerated: grows by the repeats that a lapsed claim or a lost commit may cost.
  StoreModel(Scheduler& scheduler, const LogModel& log, std::uint64_t& tolerated)
      : scheduler_(scheduler), log_(log), tolerated_(tolerated) {}

  std::uint8_t claim(const std::string& owner, Duration lease, const std::string& id);
  std::uint8_t renew(const std::string& owner, Duration lease, const std::string& id);
  void commit(const std::string& id);
  void release(const std::string& owner, const std::string& id);
  // A failover that lost the newest commits.
  void forget_some();
  bool done(const std::string& id) const;
  bool held(const std::string& id) const;
  bool done_since(const std::string& id, std::uint64_t step) const;
  bool claimed_since(const std::string& id, std::uint64_t step) const;
  // Somebody got an id whose former owner had not given it back.
  bool lapsed() const { return lapsed_; }
  // A claim that lapses is no reason for a repeat.
  void tolerate_no_lapse() { tolerates_lapse_ = false; }

 private:
  struct State {
    bool done = false;
    std::string owner;
    Time until{};
    std::uint64_t step = 0;  // of the latest claim or commit
  };
  Scheduler& scheduler_;
  const LogModel& log_;
  std::uint64_t& tolerated_;
  std::map<std::string, State> ids_;
  bool lapsed_ = false, tolerates_lapse_ = true;
};

}  // namespace simulation
