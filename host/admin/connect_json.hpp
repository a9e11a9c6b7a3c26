#pragma once
// The shapes in which Kafka Connect's clients read a connector: ConnectorInfo, ConnectorStateInfo, its flat configuration.
//
// Names and types are those of Kafka Connect 4.3 (org.apache.kafka.connect.runtime.rest.entities); `health`, `dependencies`
// and what else is not in there is ours, which its clients ignore. Pure; any thread.
#include <map>
#include <string>

#include "host/runtime/connector.hpp"

namespace connector_host::admin {

// What the user wrote, dotted and flat, as strings: references as references, other secrets hidden.
std::map<std::string, std::string> flat_config(const topology::ConnectorConfig& config);

// Each is a JSON text.
std::string connector_info(const runtime::Connector& connector);
std::string connector_status(const runtime::Connector& connector, const std::string& worker, world::Time now);
std::string connector_tasks(const runtime::Connector& connector);
// Empty: there is no such task.
std::string task_status(const runtime::Connector& connector, std::uint32_t task, const std::string& worker, world::Time now);
// {"name":{"topics":[…]}}: destinations that something was written to.
std::string connector_topics(const runtime::Connector& connector);

}  // namespace connector_host::admin
