#pragma once
// Suspects: records that may be what ends the process: a plugin crashes on one of them, and everything that was in hand comes
// again, until a broker with a delivery limit drops the innocent with the guilty.
//
// A suspect was handed out `many` times or more before. It is worked on alone, and a note that outlives the process tells
// which one that is. The one that the process died with `deaths` times is guilty: it is rejected before any plugin but the
// dead letter's sees it. Once is not enough, because a process may be killed at any moment. It stays guilty for `memory`, also
// when it is set aside: the source may not have heard of that, and then it comes again.
//
// Only sources that count deliveries have suspects (of RabbitMQ: quorum queues). Several tasks that crash in one process
// each accuse their own record; the innocent ones are cleared when they are settled. The intake thread's own.
#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "host/pipeline/entry.hpp"
#include "host/pipeline/note.hpp"
#include "host/world/world.hpp"

namespace connector_host::pipeline {

class Suspects {
 public:
  static constexpr std::uint32_t many = 3;
  static constexpr std::uint32_t deaths = 2;
  static constexpr std::chrono::hours memory{1};  // by the machine's clock, since the latest death with it

  Suspects(Note note, world::World& world);

  // Also one that its source would discard after `many` more deliveries or fewer.
  static bool is_one(const Entry& entry) { return entry.record.delivery_count >= many || entry.endangered; }
  // The same for the same record in the next delivery and in the next process.
  static std::uint64_t fingerprint_of(const Entry& entry);
  // Of both, because an equal id is not an equal record. id: as the dedup store sees it, or empty.
  static std::uint64_t fingerprint_of(std::string_view id, std::string_view value);
  bool guilty(const Entry& entry) const;
  // It goes to its lane now, alone.
  void begins(const Entry& entry);
  // It was settled, and the process lives: it is cleared, but for one that is guilty. last: no other suspect goes next.
  void ended(const Entry& entry, bool last);

 private:
  struct Accused {
    std::uint64_t fingerprint = 0;
    std::uint32_t deaths = 0;
    std::int64_t begun = 0;  // on the latest attempt; seconds since the Unix epoch
  };
  std::uint32_t deaths_with(std::uint64_t fingerprint) const;
  std::int64_t now() const;
  void write(const std::vector<Accused>& all) const;

  const Note note_;
  world::World& world_;
  std::vector<Accused> accused_;  // a few, the newest first; of earlier processes
};

}  // namespace connector_host::pipeline
