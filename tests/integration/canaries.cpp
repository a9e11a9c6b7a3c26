#include "tests/integration/canaries.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace integration {

std::string Canaries::plain(const std::string& place) {
  marks_.push_back("Canary-" + place + "-4711");
  return marks_.back();
}

std::string Canaries::in_file(const std::string& place, const std::string& secret) const {
  std::ofstream(folder_ + "/" + place) << secret << "\n";
  return "${file:" + folder_ + "/" + place + "}";
}

void Canaries::expect_none_in(const std::string& text, const std::string& where) const {
  constexpr std::size_t around = 300;
  for (const std::string& each : marks_) {
    const std::size_t at = text.find(each);
    if (at != std::string::npos)
      ADD_FAILURE() << each << " is in " << where << ": …"
                    << text.substr(at - std::min(at, around), 2 * around) << "…";
  }
}

}  // namespace integration
