#pragma once
// FamilyMerge: families from several sources as one page may hold them. Prometheus refuses a whole page for one wrong
// line, so what is wrong is left out here and counted: a wrong name or label, another kind under a name that is taken,
// the same labels twice. One thread; made for one scrape.
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/observability/family.hpp"

namespace connector_host::observability {

class FamilyMerge {
 public:
  void add(std::string_view prefix, std::vector<Family> families);

  std::uint64_t left_out() const { return left_out_; }  // samples, and families without any
  const std::string& last_problem() const { return last_problem_; }
  // By name, each one's samples by labels. Empty afterwards.
  std::vector<Family> take();

 private:
  struct Merged {
    Family family;
    std::set<Labels> taken;
  };

  void add(Family family);
  void add(Merged& merged, Sample sample);
  void leave_out(std::uint64_t count, std::string why);

  std::map<std::string, Merged> merged_;
  std::uint64_t left_out_ = 0;
  std::string last_problem_;
};

}  // namespace connector_host::observability
