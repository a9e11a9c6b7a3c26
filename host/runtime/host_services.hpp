#pragma once
// HostServices: what the process lends to its connectors: the world, the plugins, the log, its state. Plain references;
// the owner (a command) outlives every connector. All of it is thread-safe.
#include <cstdint>
#include <functional>
#include <string>

#include "connector/abi.h"
#include "host/observability/log_line.hpp"
#include "host/observability/scrubber.hpp"
#include "host/runtime/state_dir.hpp"
#include "host/topology/connector_loader.hpp"
#include "host/tracing/tracer.hpp"
#include "host/world/world.hpp"

namespace connector_host::runtime {

enum class LogLevel { debug, info, warn, error };
// place: whose line it is; {} where it is nobody's.
using LogWrite = std::function<void(LogLevel level, const std::string& logger, const observability::LogPlace& place, const std::string& message)>;

// Who wrote a connector's configuration, so which files and variables it may name.
enum class Origin { file, rest };

struct HostServices {
  world::World& world;
  StateDir& state_dir;
  observability::Scrubber& scrubber;  // every text of a plugin goes through it
  LogWrite log;
  // Null: no plugin provides it (any more).
  std::function<const connector_component*(std::uint32_t kind, const std::string& type)> find_component;
  // Reads a configuration, its secrets as they are now.
  std::function<topology::LoadedConnector(const std::string& name, const topology::FlatConfig& flat, Origin origin)> load_connector;
  tracing::Tracer* tracer = nullptr;  // null: nothing is traced
};

}  // namespace connector_host::runtime
