#include "host/topology/problems.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace connector_host::topology {

void Problems::add(Position at, const ProblemCode& code, std::string path, std::string what, std::string fix) {
  if (full()) {
    ++dropped_;
    return;
  }
  Problem problem{place(at), std::string(code.id), std::move(path), std::move(what), std::move(fix)};
  const auto earlier = [](const Problem& a, const Problem& b) { return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column); };
  found_.insert(std::upper_bound(found_.begin(), found_.end(), problem, earlier), std::move(problem));
}

std::vector<Problem> Problems::take() {
  if (dropped_ > 0) {
    found_.push_back({place({}), std::string(code::more.id), "", std::to_string(dropped_) + " more problems are not shown", "mend these first"});
  }
  return std::exchange(found_, {});
}

}  // namespace connector_host::topology
