#pragma once
// The shapes in which Kafka Connect's clients read a connector: ConnectorInfo, ConnectorStateInfo, its flat configuration.
//
// Names and types are those of Kafka Connect 4.3 (org.apache.kafka.connect.runtime.rest.entities); `health`, `dependencies`,
// `records` and what else is not in there is ours, which its clients ignore. Pure; any thread.
#include <string>

#include "host/admin/json_answer.hpp"
#include "host/runtime/connector_view.hpp"

namespace connector_host::admin {

// worker: host:port of the listener, how Kafka Connect names a worker.
struct Here {
  std::string worker;
  world::Time now;
};

Json connector_info(const runtime::ConnectorView& connector);
// version: of the source's plugin; empty: unknown.
Json connector_status(const runtime::ConnectorView& connector, const Here& here, const std::string& version);
Json connector_tasks(const runtime::ConnectorView& connector);
Json task_status(const runtime::TaskView& task, const Here& here, const std::string& version);
// The topic that a component writes to; empty: it has none. As it was written where it could be somebody's secret: when a
// configuration over REST refers to it.
std::string topic_of(const runtime::ConnectorView& connector, const topology::ComponentConfig& component);

}  // namespace connector_host::admin
