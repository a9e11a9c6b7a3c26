#pragma once
// GeneratorSource: makes events, the same ones for the same seed, and behaves like a broker towards
// them: what is not acknowledged is handed out again after a reopening, what is nacked with requeue
// is generated again.
//
// It is not a load tool with statistics; the host has those. Threads as abi.h says: wake on any,
// the rest on the intake thread. Owned by the host through the component table.
#include <connector/plugin.hpp>
#include <cstdint>
#include <functional>
#include <queue>
#include <span>
#include <string>
#include <vector>

#include "plugins/generator/event_plan.hpp"
#include "plugins/generator/event_writer.hpp"
#include "plugins/generator/handed_out.hpp"
#include "plugins/generator/pace.hpp"
#include "plugins/generator/wake_flag.hpp"

namespace connector_host_plugins::generator {

class GeneratorSource : public connector::Source {
 public:
  static constexpr std::string_view
      type = "generator",
      description = "Makes deterministic JSON events, with repeats and poison if asked.";
  static constexpr connector::Option options[] = {
      connector::Option::integer("count", "How many records; 0: no end.")
          .otherwise("0")
          .at_least(0),
      connector::Option::number("rate", "Records per second; 0: as fast as they are taken.")
          .otherwise("0")
          .between(0, 10'000'000),
      connector::Option::size(
          "size",
          "Bytes of a value; an event whose fixed part is longer than this is as long as that.")
          .otherwise("256B")
          .between(1, 16 * 1024 * 1024),
      connector::Option::number(
          "duplicates", "Share of records, 0 to 1, that repeat an earlier event byte by byte.")
          .otherwise("0")
          .between(0, 1),
      connector::Option::number("poison",
                                "Share of records, 0 to 1, that are no JSON or have no event_id.")
          .otherwise("0")
          .between(0, 1),
      connector::Option::integer("keys", "Number of distinct keys; 0: records have no key.")
          .otherwise("0")
          .at_least(0),
      connector::Option::string(
          "id_prefix", "What ids begin with; the event's number follows. Unset: evt-SEED-."),
      connector::Option::integer("seed", "Another seed makes other events.")
          .otherwise("1")
          .at_least(0),
      connector::Option::integer("batch", "Most records that one poll hands out.")
          .otherwise("1000")
          .between(1, 100'000)
          .advanced()};
  static constexpr connector::Metric metrics[] = {connector::Metric::counter(
      "generator_stale_positions_total", "Positions settled that were not in flight any more.")};

  GeneratorSource(connector::Host host, const connector::Config& config);

  void open(connector::Call&) override;
  void close() override { open_ = false; }
  connector::PollResult poll(std::uint32_t max_records, std::uint64_t max_bytes,
                             connector_batch& out, connector::Call& call) override;
  void wake() override { wake_.wake(); }
  std::string identity(connector::Call&) override { return identity_; }
  void ack(std::span<const std::uint64_t> positions, connector::Call&) override;
  void nack(std::span<const std::uint64_t> positions, bool requeue, connector::Call&) override;

 private:
  enum : std::uint32_t { stale_positions };

  void require_open() const;
  bool exhausted() const { return again_.empty() && count_ > 0 && next_ >= count_; }
  std::uint64_t allowance(std::uint32_t max_records);
  void hand_out(std::uint64_t count, std::uint64_t max_bytes, connector_batch& out);
  Event next_event();
  void settle(std::span<const std::uint64_t> positions, bool requeue);

  connector::Host host_;
  const std::string identity_;  // the options that decide what the n-th record is
  std::uint64_t count_, batch_;
  EventPlan plan_;
  EventWriter writer_;
  Pace pace_;
  WakeFlag wake_;
  connector::BatchPool pool_;
  bool open_ = false;
  std::uint64_t next_ = 0;  // the first sequence number that was never handed out
  HandedOut handed_out_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>>
      again_;  // lowest number first, so that keys keep their order
};

}  // namespace connector_host_plugins::generator
