#pragma once
// ScalarReader: from a node to a Scalar: it has to be a single value, and its references have to resolve. One thread;
// holds references to what one load uses.
#include <optional>
#include <string>

#include "host/topology/node.hpp"
#include "host/topology/problems.hpp"
#include "host/topology/references.hpp"
#include "host/topology/scalar.hpp"

namespace connector_host::topology {

class ScalarReader {
 public:
  ScalarReader(const References& references, Problems& problems) : references_(references), problems_(problems) {}

  // Nothing: the problem is reported. expected: "an integer from 1 to 65535".
  std::optional<Scalar> read(const Node& node, const std::string& path, const std::string& expected) const;

 private:
  const References& references_;
  Problems& problems_;
};

// False, with the problem reported, when the node is not of this kind.
bool expect_kind(const Node& node, Node::Kind kind, const std::string& path, const std::string& expected, Problems& problems);

}  // namespace connector_host::topology
