#pragma once
// Complaint: what is wrong with a value, told by code that does not know where the value stands. Plain data.
#include <string>

#include "host/topology/problem_code.hpp"

namespace connector_host::topology {

struct Complaint {
  ProblemCode code;
  std::string what, fix;
};

}  // namespace connector_host::topology
