#pragma once
// The rule of the suites for sources and sinks about `identity`: one line, not empty, and a matter of the configuration alone.
//
// It does not test that other configurations give other identities; that is for the plugin's own tests. A component without
// `identity` keeps the rule. One thread.
#include <string>

#include "connector/testing/conformance.hpp"
#include "connector/testing/plugin_under_test.hpp"

namespace connector::testing {

template <class Trial>
bool has_identity(const Trial& trial) {
  return has_operation(*trial.ops().lifecycle, &connector_lifecycle_ops::identity);
}

// Of an open instance. What goes wrong is a Violation.
template <class Trial>
std::string identity_of(const Trial& trial) {
  TestCall call;
  OneText answer;
  const connector_code code = trial.ops().lifecycle->identity(trial.self(), OneText::take, &answer, call);
  require(code == CONNECTOR_OK, "identity failed: " + call.message());
  require(answer.calls == 1, "identity has to call with() once, not " + std::to_string(answer.calls) + " times");
  return answer.text;
}

namespace detail {

template <class Trial>
void check_identity(Trial& one, Trial& two) {
  if (!has_identity(one)) return;
  one.open();
  const std::string first = identity_of(one);
  require(!first.empty(), "the identity of an open instance is empty");
  require(first.find_first_of("\r\n") == std::string::npos, "the identity is more than one line");
  require(identity_of(one) == first, "the identity of one instance changed");
  one.close();
  two.open();
  require(identity_of(two) == first, "two instances of one configuration have different identities");
}

}  // namespace detail
}  // namespace connector::testing
