#pragma once
// Problems: collects what is wrong with one file, so that the user sees everything at once.
//
// Bounded: beyond `most` it only counts, for a file of 1 MiB can hold a hundred thousand mistakes. One thread; made by
// TopologyLoader for one load.
#include <cstddef>
#include <string>
#include <vector>

#include "host/topology/node.hpp"
#include "host/topology/problem.hpp"
#include "host/topology/problem_code.hpp"

namespace connector_host::topology {

class Problems {
 public:
  static constexpr std::size_t most = 100;

  explicit Problems(std::string file) : file_(std::move(file)) {}

  void add(Position at, const ProblemCode& code, std::string path, std::string what, std::string fix);
  bool full() const { return found_.size() >= most; }
  bool empty() const { return found_.empty(); }
  Place place(Position at) const { return {file_, at.line, at.column}; }
  // In the order of the file; the last one tells how many are not shown.
  std::vector<Problem> take();

 private:
  std::string file_;
  std::vector<Problem> found_;
  std::size_t dropped_ = 0;
};

}  // namespace connector_host::topology
