#pragma once
// Problem: one thing that is wrong with a topology: where, what, and what to do about it.
//
// Its texts never hold a secret: values that came from a reference or belong to a secret option are named, not shown.
// Plain data, so any thread.
#include <string>

#include "host/topology/topology_config.hpp"

namespace connector_host::topology {

struct Problem {
  Place place;
  std::string code;  // "T012", see problem_code.hpp
  std::string path;  // "connectors.x.source.prefetch"; empty: the file as a whole
  std::string what;
  std::string fix;

  // file:line:column: code path: what; fix
  std::string line() const;
  // One JSON object with the members file, line, column, code, path, what, fix.
  std::string json() const;
};

}  // namespace connector_host::topology
