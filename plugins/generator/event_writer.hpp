#pragma once
// EventWriter: the text of an event, written straight into a batch's memory.
//
// The same event has the same bytes however often it is written. It does not know positions or
// batches' limits. Immutable after construction, so any thread may use it. Owned by the source.
#include <connector/batch.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "plugins/generator/event_plan.hpp"

namespace connector_host_plugins::generator {

class EventWriter {
 public:
  struct Shape {
    std::string id_prefix;  // ids are id_prefix + number; needs no escaping in JSON
    std::uint64_t size = 256;
    std::uint64_t keys = 0;  // distinct keys; 0: records have none
  };

  EventWriter(std::uint64_t seed, Shape shape);

  // Sets id, key and value of the record.
  void write(const EventPlan& plan, std::uint64_t sequence, connector::BatchBuilder& memory,
             connector_record& record) const;

 private:
  void write_event(std::uint64_t event, std::uint64_t bits, connector::BatchBuilder& memory,
                   connector_record& record) const;
  connector_view write_poison(std::uint64_t sequence, std::uint64_t bits,
                              connector::BatchBuilder& memory) const;
  connector_view enclose(std::string_view head, std::string_view tail, std::uint64_t bits,
                         connector::BatchBuilder& memory) const;
  void fill(char* out, std::size_t size, std::uint64_t bits) const;

  static constexpr std::size_t filler_size = 4096;

  Shape shape_;
  std::string filler_;  // twice filler_size, so that filler_size bytes can be copied from any place
                        // of the first half
};

}  // namespace connector_host_plugins::generator
