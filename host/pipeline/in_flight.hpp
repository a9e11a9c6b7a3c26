#pragma once
// InFlight: everything a task has in hand: the entries, the leases they came in, the ids, and what all of it weighs.
//
// It decides nothing about delivery: intake admits records, lanes settle them, intake finishes them here. A lease is
// released when its last record is finished or copied out. The intake thread's own.
#include <cstdint>
#include <memory>
#include <vector>

#include "connector/abi.h"
#include "host/pipeline/entry.hpp"
#include "host/pipeline/join_table.hpp"
#include "host/pipeline/task_counters.hpp"

namespace connector_host::pipeline {

// One lease of the source and how many entries still look into it.
struct Lease {
  connector_batch batch{};
  std::uint64_t open_entries = 0;
};

class InFlight {
 public:
  // Which records join one with the same id that is in flight already.
  enum class Join {
    same_id,      // all: a dedup store takes an id for the record
    redeliveries  // without a store: those that the source delivers again, byte by byte the same
  };
  InFlight(std::uint32_t max_records, std::uint64_t max_bytes, Join rule, IntakeCounters& counters);
  ~InFlight();
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

  // How much more may be taken; at least one record's worth of bytes whenever a record may be taken.
  std::uint32_t room_records() const;
  std::uint64_t room_bytes() const;
  std::uint32_t records() const { return records_; }
  bool empty() const { return records_ == 0; }

  // Takes over a batch of a source; its records are admitted one by one after that.
  Lease& take(const connector_batch& batch);
  // Never more than room_records() at a time.
  Entry& admit(Lease& lease, const connector_record& record, world::Time now);
  // The entry in flight that `entry` was joined to; null: it is a record of its own.
  Entry* join(Entry& entry);
  // The decoded value that the entry may own by now counts from now on.
  void charge_decoded(const Entry& entry);
  // Decoded values may take as much as max_bytes beside what the source handed out, and one may
  // exceed it.
  bool may_decode() const { return decoded_bytes_ < max_bytes_; }
  // The entry looks into its own copy from now on.
  void detach(Entry& entry);
  // Counts the verdict of the entry, adds its position and frees it. Those that joined it share the verdict when the
  // record was delivered, is a duplicate, or is requeued. Else (dead-lettered, dropped) an equal id is no proof of an equal
  // record: the next of them becomes a record of its own, with the others joined to it, and is returned to be handed out.
  Entry* finish(Entry& entry, std::vector<std::uint64_t>& acks, std::vector<std::uint64_t>& nacks);
  static bool shares_verdict(Verdict verdict) { return verdict != Verdict::dead_lettered && verdict != Verdict::dropped; }

 private:
  Entry* joinable(const Entry& entry) const;
  void let_go(Lease* lease);
  void free_entry(Entry& entry);
  void count(Verdict verdict);

  const std::uint32_t max_records_;
  const std::uint64_t max_bytes_;
  const Join rule_;
  IntakeCounters& counters_;
  std::vector<Entry> slab_;
  std::vector<Entry*> free_;
  JoinTable ids_;
  std::vector<std::unique_ptr<Lease>> leases_;
  std::vector<Lease*> free_leases_;
  std::uint32_t records_ = 0;
  std::uint64_t bytes_ = 0, decoded_bytes_ = 0;  // the latter is a part of the former
};

}  // namespace connector_host::pipeline
