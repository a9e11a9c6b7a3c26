#pragma once
// SampleWindow: how much some numbers have grown within about the last minute, for who wants a rate or a recent mean of what is
// only counted.
//
// It is told the numbers at each scrape and keeps a few of the latest, at most one each 5 s: more scrapes than one see the
// same. What is not told any more is forgotten with sweep. One thread; owned by who collects.
#include <array>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "host/world/time.hpp"

namespace connector_host::runtime {

class SampleWindow {
 public:
  static constexpr std::size_t most_values = 10;
  using Values = std::array<double, most_values>;

  struct Growth {
    double seconds = 0;
    Values values{};
  };

  // Nothing: there is no earlier sample of this name.
  std::optional<Growth> growth(const std::string& name, world::Time now, const Values& values);
  // Forgets every name that was not told since the last sweep.
  void sweep();

 private:
  struct Sample {
    world::Time at;
    Values values;
  };
  struct History {
    std::deque<Sample> samples;  // the oldest first
    bool told = false;           // since the last sweep
  };

  std::map<std::string, History> histories_;
};

}  // namespace connector_host::runtime
