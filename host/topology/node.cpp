#include "host/topology/node.hpp"

#include <algorithm>

namespace connector_host::topology {

const Node* Node::find(std::string_view wanted) const {
  const auto found = std::find_if(children.begin(), children.end(), [&](const Node& child) { return child.key == wanted; });
  return kind == Kind::mapping && found != children.end() ? &*found : nullptr;
}

Position Node::position_of(std::string_view wanted) const {
  const Node* child = find(wanted);
  return child ? child->at : at;
}

std::string_view Node::kind_name() const {
  switch (kind) {
    case Kind::scalar:
      return "a single value";
    case Kind::sequence:
      return "a list";
    case Kind::mapping:
      return "a mapping";
    default:
      return "nothing";
  }
}

}  // namespace connector_host::topology
