// Report: what became of a plan's events, and whether that is what was promised. Plain data and its
// two spellings.
#pragma once

#include <cstdint>
#include <string>

#include "tests/integration/event_tool/event_plan.hpp"

namespace event_tool {

struct Report {
  std::uint64_t published = 0;
  PlanTotals planned;
  std::uint64_t delivered = 0;      // events that are in the topic at least once
  std::uint64_t repeated = 0;       // copies in the topic beyond the first
  std::uint64_t altered = 0;        // value not byte-equal to what was published
  std::uint64_t wrong_key = 0;      // key is not the event's id
  std::uint64_t wrong_headers = 0;  // a header is missing, is another, or was never published
  std::uint64_t foreign = 0;        // records that this plan never published
  std::uint64_t dead_lettered = 0;  // bad events that are in the dead letter topic at least once
  std::uint64_t dead_repeated = 0;
  std::uint64_t dead_altered = 0;
  std::uint64_t dead_unexplained = 0;  // without the headers that say where and why it failed
  std::uint64_t dead_good = 0;         // good events among the dead letters

  std::int64_t first_ms = 0;  // Kafka's times of the first and the last record; 0: none came
  std::int64_t last_ms = 0;

  std::uint64_t lost() const {
    return planned.originals - delivered + planned.poison - dead_lettered;
  }
  double rate() const;  // published events a second between the first record and the last; 0 when
                        // that is no time at all
  void arrived(std::int64_t timestamp_ms);
  bool complete() const { return lost() == 0; }
  bool kept(std::uint64_t repeats_allowed) const;

  std::string json() const;
  std::string table() const;
};

}  // namespace event_tool
