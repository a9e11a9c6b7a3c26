#pragma once
// Entry: one record in hand, from poll to ack.
//
// Who may touch it: the intake thread until it hands the entry to a lane and again once the lane has settled it; in
// between the lane, but for the members marked as intake's (always) and those of the claim ledger (under its mutex).
// Entries live in InFlight's slab and are used again, so the strings keep their memory.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "connector/abi.h"
#include "host/pipeline/decoded_value.hpp"
#include "host/pipeline/record_trace.hpp"
#include "host/world/time.hpp"

namespace connector_host::pipeline {

struct Lease;

enum class Stage : std::uint8_t {
  fresh,     // its id is not claimed yet
  claimed,   // to be transformed and written
  rejected,  // to be dead-lettered
  settled    // verdict says how
};

enum class Verdict : std::uint8_t { delivered, duplicate, dead_lettered, dropped, returned };

struct Entry {
  connector_record record{};    // views into the lease, or into `copy` and `decoded`
  std::string id;               // as the dedup store sees it: scope, ':' and the id; empty: it has none
  std::string key;              // made by the connector's rule; empty without one
  std::uint64_t id_hash = 0;    // JoinTable::hash_of(id)
  std::uint64_t order_key = 0;  // hash of the key whose order is kept
  Stage stage = Stage::fresh;
  Verdict verdict = Verdict::returned;
  bool holds_claim = false;
  bool waits_for_dependency = false;   // else only for `due`
  bool truncated = false;              // the dead letter refused it whole, and on_too_large is truncate
  bool endangered = false;             // its source discards it after a few more deliveries
  bool is_last_chance = false;         // its source discards it when it is returned
  bool returned_alone = false;         // deferred for hold_max; requeued without its neighbours
  std::uint32_t failures = 0;          // in a row, for the backoff
  world::Time failing_since{};         // by itself; zero: it does not; restarts when the sink was unavailable in between
  bool is_own_fault = false;           // the latest of these failures, by the word of the component
  std::uint64_t sink_outages = 0;      // of the sink's guard, at the latest failure
  world::Time due{};                   // when it may run again
  world::Time waiting_since{};         // zero: it is not waiting
  std::string reason;                  // of a rejection, or of the latest failure of its own
  const char* failed_at = "";          // stage of a rejection, a literal
  std::string copy;                    // the record's own memory, once it had to wait long
  std::unique_ptr<RecordTrace> trace;  // null: it is not traced

  std::unique_ptr<DecodedValue> decoded;  // null: the record has the value that its source gave

  world::Time claimed_at{};  // the claim ledger's
  bool claim_lost = false;   // the claim ledger's

  Lease* lease = nullptr;        // intake's
  connector_view arrived{};      // intake's: the value as it came, or decoded; valid until the entry is freed
  Entry* joined = nullptr;       // intake's: the next copy of the same id
  Entry* last_joined = nullptr;  // intake's: of the first copy, the last one
  Entry* chained = nullptr;      // intake's: the next entry in one bucket of the join table
  world::Time received{};        // intake's; the lane may read it
  std::uint64_t copy_bytes = 0;  // intake's charge for `copy`
  std::uint32_t lane = 0;        // intake's
  bool in_use = false;           // intake's

  bool has_id() const { return !id.empty(); }
  connector_view id_view() const { return {id.data(), id.size()}; }
};

}  // namespace connector_host::pipeline
