#pragma once
// QueueType: the type of a queue. QueueTypeProbe finds it where the options do not name it. A plain
// value.
#include <cstdint>

#include "plugins/rabbitmq/source_settings.hpp"

namespace connector_host_plugins::rabbitmq {

enum class QueueType : std::uint8_t { unknown, classic, quorum, stream };

// unknown: there is no type of this name.
QueueType type_named(std::string_view name);
// Of the options queue_type and arguments; unknown: they name none.
QueueType declared_type(const SourceSettings& settings);

}  // namespace connector_host_plugins::rabbitmq
