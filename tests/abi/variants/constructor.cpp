// A static object whose constructor does harm while the library is loaded. HARM names it.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

#include "connector/plugin.hpp"

namespace {

constexpr std::string_view harm = HARM;

struct Harmful {
  Harmful() {
    if (harm == "throws") throw std::runtime_error("no licence");
    if (harm == "aborts") std::fputs("giving up\n", stderr), std::abort();
    if (harm == "exits") std::exit(0);
    if (harm == "crashes") *reinterpret_cast<volatile int*>(0x8) = 1;
    while (harm == "hangs") pause();
    for (int i = 0; harm == "prints" && i < 100'000; ++i) std::puts("hello from a constructor");
  }
} harmful;

class Sink : public connector::Sink {
 public:
  static constexpr std::string_view type = "harmful", description = "Never seen.";
  Sink(connector::Host, const connector::Config&) {}
  void write(connector::Records, connector::Outcomes&, connector::Call&) override {}
};

}  // namespace

CONNECTOR_PLUGIN("harmful", "1.0.0", connector::component<Sink>())
