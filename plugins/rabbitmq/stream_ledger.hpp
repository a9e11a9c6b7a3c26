#pragma once
// StreamLedger: the records of one stream that are in flight, by their offsets, and from which
// offset to read next.
//
// A stream takes no record back: a returned one is read again by a consumer that starts at its
// offset. What such a consumer delivers beside it is in flight or settled already, and is_known
// tells it apart. The offset to store is first_unsettled: everything before it is settled, however
// far later records are. Memory follows the records between the oldest unsettled one and the
// newest. It sends nothing and stores nothing. A plain value; one thread. Owned by StreamProgress.
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>

namespace connector_host_plugins::rabbitmq {

class StreamLedger {
 public:
  // first_unsettled: as stored; nothing: the stream was not read before.
  explicit StreamLedger(std::optional<std::uint64_t> first_unsettled)
      : handed_out_(first_unsettled), received_(first_unsettled) {}

  // A new connection: what is not settled is to be read again, and earlier positions are not known
  // any more.
  void restart();
  // The offset at which the next consumer has to start; nothing: where the configuration says.
  std::optional<std::uint64_t> begin_consumer();
  // The consumer has delivered this offset. The number of returned records that it passed over: the
  // stream has removed them.
  std::uint64_t receive(std::uint64_t offset);
  // What was received and not handed out has been dropped.
  void drop_unread() { received_ = handed_out_; }
  // In flight or settled: not to be handed out again.
  bool is_known(std::uint64_t offset) const;
  // How often it was handed out before.
  std::uint32_t hand_out(std::uint64_t position, std::uint64_t offset);
  // Positions that are not in flight are ignored.
  void settle(std::uint64_t position) { answer(position, State::settled); }
  void give_back(std::uint64_t position) { rewinds_ |= answer(position, State::returned); }
  // A record was returned: the present consumer will not deliver it again.
  bool rewinds() const { return rewinds_; }
  // Nothing: no record was delivered yet.
  std::optional<std::uint64_t> first_unsettled() const {
    return entries_.empty() ? handed_out_ : entries_.front().offset;
  }

 private:
  enum class State : std::uint8_t { handed_out, returned, settled };
  struct Entry {
    std::uint64_t offset;
    std::uint32_t deliveries;  // before the latest
    State state;
  };

  // The first entry at this offset or behind it.
  std::deque<Entry>::iterator from(std::uint64_t offset);
  bool answer(std::uint64_t position, State state);
  void trim();

  std::deque<Entry> entries_;  // by rising offset; the first one is not settled
  std::unordered_map<std::uint64_t, std::uint64_t> offsets_;  // of the positions in flight
  std::optional<std::uint64_t> handed_out_;  // the offset behind the last one that was handed out
  std::optional<std::uint64_t> received_;    // … that was received
  std::optional<std::uint64_t> expected_;    // the next one of the present consumer
  bool rewinds_ = false;
};

}  // namespace connector_host_plugins::rabbitmq
