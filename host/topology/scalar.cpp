#include "host/topology/scalar.hpp"

#include "host/topology/shown_text.hpp"

namespace connector_host::topology {

std::string Scalar::shown() const {
  if (!is_literal()) return "the value of " + shown_list(references, "and");
  return secret ? "a secret value" : shown_value(text);
}

}  // namespace connector_host::topology
