#pragma once
// What the conformance suites for sources and sinks share: a rule is a sentence of the contract and a function that
// throws Violation when a component breaks it. No test framework is needed; with GoogleTest, make one test per rule.
#include <chrono>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "connector/abi.h"

namespace connector::testing {

class Violation : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline void require(bool holds, const std::string& what) {
  if (!holds) throw Violation(what);
}

template <class Subject>
struct Rule {
  const char* name;  // a word for a test's name
  void (*check)(Subject&);

  friend std::ostream& operator<<(std::ostream& out, const Rule& rule) { return out << rule.name; }
};

namespace detail {

// How much later than its time limit a call may return on a busy machine.
constexpr std::chrono::milliseconds patience{2000};

// How long a close may take that does not say otherwise.
constexpr std::chrono::milliseconds close_limit{2000};

class Stopwatch {
 public:
  std::chrono::milliseconds passed() const { return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start_); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace detail
}  // namespace connector::testing
