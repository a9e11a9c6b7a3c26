#pragma once
// Whether two configurations of a connector are one: as they were written, and what their references gave. Pure.
#include <string>

#include "host/topology/topology_config.hpp"

namespace connector_host::runtime {

// Of what was written, references as such.
std::string digest_of(const topology::ConnectorConfig& config);
// Also what references gave: a secret in a file may be another one.
bool same(const topology::ConnectorConfig& a, const topology::ConnectorConfig& b);

}  // namespace connector_host::runtime
