#pragma once
// StateWait: looks at a connector until all its tasks are where a change has promised to bring them, or will not get there.
//
// What has failed stays so by itself, but right after a restart a server may still tell of the failure before it: a failure
// counts when it has been seen for a few seconds on end. One thread.
#include <chrono>
#include <optional>
#include <string>

#include "host/cli/connector_view.hpp"
#include "host/cli/control_session.hpp"

namespace connector_host::cli {

class StateWait {
 public:
  StateWait(ControlSession& session, ControlVerb verb) : session_(session), verb_(verb) {}

  // The last status, a document. Throws Refusal with the reason when it does not get there within the time.
  std::string until_there(const std::string& connector, std::chrono::milliseconds limit);

 private:
  bool is_there(const ConnectorView& connector) const;
  bool failed_for_good(const ConnectorView& connector);

  ControlSession& session_;
  const ControlVerb verb_;
  std::optional<world::Time> failing_since_;
};

}  // namespace connector_host::cli
