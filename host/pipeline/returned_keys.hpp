#pragma once
// ReturnedKeys: keeps the order of a key after one of its records was requeued alone. Until the source delivers that
// record again, later records of the key, which the source may have sent ahead, are requeued behind it.
//
// Only for records that have a key of their own. It forgets a record that was not redelivered within `patience`, or before
// a later one of its key was delivered twice: another consumer has it, and then there is no order to keep. So a record is
// requeued for this once at most. The intake thread's own.
#include <chrono>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>

#include "host/pipeline/entry.hpp"

namespace connector_host::pipeline {

class ReturnedKeys {
 public:
  static constexpr std::chrono::seconds patience{30};

  // The record is requeued alone, or behind one that is.
  void returned(const Entry& entry, world::Time now);
  // True if this record, which was just delivered, must be requeued.
  bool goes_back(const Entry& entry, world::Time now);
  bool empty() const { return first_.empty(); }

 private:
  struct First {
    std::uint64_t fingerprint;
    world::Time until;
    std::unordered_set<std::uint64_t> followers;  // fingerprints of those that went back behind it
  };
  std::unordered_map<std::uint64_t, First> first_;  // by order_key: the first record of the key that went back
};

}  // namespace connector_host::pipeline
