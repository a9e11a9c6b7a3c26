#pragma once
// EventPlan: what the n-th record of the generator is: a fresh event, a repeat of an earlier one,
// or poison.
//
// A pure function of the seed and n, so the generator remembers nothing about records it may have
// to hand out again. It is not the text of an event; see EventWriter. Immutable, so any thread may
// ask. Owned by the source.
#include <cstdint>

namespace connector_host_plugins::generator {

class EventPlan {
 public:
  struct Fractions {
    double duplicates = 0, poison = 0;
  };

  EventPlan(std::uint64_t seed, Fractions fractions) : seed_(seed), fractions_(fractions) {}

  bool is_poison(std::uint64_t sequence) const { return kind(sequence) == Kind::poison; }
  // The event that this record carries: its own number, or that of an earlier fresh record that it
  // repeats.
  std::uint64_t event_of(std::uint64_t sequence) const;
  // 64 pseudo-random bits that belong to the sequence number.
  std::uint64_t bits(std::uint64_t sequence) const;

 private:
  enum class Kind { fresh, duplicate, poison };
  // Repeats stay within a block of this many records, whose first one is fresh: so finding one
  // ends.
  static constexpr std::uint64_t block = 4096;

  Kind kind(std::uint64_t sequence) const;

  std::uint64_t seed_;
  Fractions fractions_;
};

}  // namespace connector_host_plugins::generator
