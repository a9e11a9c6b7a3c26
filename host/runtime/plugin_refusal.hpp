#pragma once
// The problem with a configuration that came over REST that a plugin refuses. Pure; any thread.
#include <string>

#include "host/topology/connector_loader.hpp"

namespace connector_host::runtime {

// why: what Connector::try_out threw, "connectors.NAME.sink: option 'topic': ...". The problem is
// about the key of that option where the configuration has it ("sink.topic"), else about the
// connector as a whole.
topology::KeyProblem plugin_refusal(const std::string& name, const topology::FlatConfig& flat, const std::string& why);

}  // namespace connector_host::runtime
