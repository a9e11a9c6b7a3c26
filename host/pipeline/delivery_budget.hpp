#pragma once
// DeliveryBudget: what is left of the attempts that a source's system grants a record (RabbitMQ's x-delivery-limit), and
// whether the task may take another one.
//
// A record within `spare` attempts of the limit is endangered: it is worked on alone. When the task fails, or holds, with
// such a record, the record is requeued once more, and a note that outlives the process says how often it was delivered. The
// task is then not restarted by itself; once the record has no attempt left to lose, only an operator or another
// configuration starts it, and only where there is a dead letter for the record.
//
// The intake thread's own, but for the figures, which any thread may read.
#include <atomic>
#include <cstdint>
#include <string>

#include "connector/abi.h"
#include "host/pipeline/note.hpp"
#include "host/world/time.hpp"

namespace connector_host::pipeline {

struct DeliveryFigures {
  std::uint32_t limit = 0;    // of the source; 0: none, or not known
  std::uint32_t highest = 0;  // delivery count of a record within the last ten minutes
};

// Who starts the task, and with what.
struct DeliveryStart {
  std::string configuration;        // a digest: another one means that somebody changed it
  bool by_operator = false;         // else a process that starts, or a supervisor
  bool sets_rejects_aside = false;  // there is a dead letter, or rejected records may be dropped
};

class DeliveryBudget {
 public:
  static constexpr std::uint32_t spare = 3;

  DeliveryBudget(Note note, DeliveryStart start) : note_(std::move(note)), start_(std::move(start)) {}

  // Why the task must not take a delivery now; empty: it may.
  std::string refusal();

  void limit_is(std::uint32_t limit) { limit_.store(limit, std::memory_order_relaxed); }
  void received(const connector_record& record, world::Time now);
  // It has to be worked on alone.
  bool endangers(const connector_record& record) const { return limit() > 0 && record.delivery_count + spare >= limit(); }
  // The source discards a record that is requeued now.
  bool is_last_chance(const connector_record& record) const { return limit() > 0 && record.delivery_count >= limit(); }

  // An endangered record is requeued.
  void returned(const connector_record& record, const std::string& why);
  // Something was settled for good: what the note says is past.
  void progress();
  // An endangered record went back, and nothing was settled since: the next delivery of it may be the last.
  bool is_spent() const { return count_ > 0; }
  bool is_used_up() const { return count_ > 0 && count_ >= limit(); }
  // Any thread.
  DeliveryFigures figures() const { return {limit(), highest_.load(std::memory_order_relaxed)}; }

 private:
  std::uint32_t limit() const { return limit_.load(std::memory_order_relaxed); }

  const Note note_;
  const DeliveryStart start_;
  std::atomic<std::uint32_t> limit_ = 0, highest_ = 0;
  world::Time highest_until_{};  // of the present span
  std::uint32_t highest_now_ = 0, highest_before_ = 0;
  std::uint32_t count_ = 0;  // delivery count of the endangered record in the source; 0: none is known
  bool noted_ = false;
};

}  // namespace connector_host::pipeline
