#pragma once
// The words for the kinds of component, as the topology uses them. Any thread.
#include <cstdint>
#include <string_view>

#include "connector/abi.h"

namespace connector_host::plugin {

// Empty: no such kind.
constexpr std::string_view kind_name(std::uint32_t kind) {
  switch (kind) {
    case CONNECTOR_SOURCE:
      return "source";
    case CONNECTOR_DEDUP:
      return "dedup store";
    case CONNECTOR_TRANSFORM:
      return "transform";
    case CONNECTOR_SINK:
      return "sink";
    default:
      return "";
  }
}

}  // namespace connector_host::plugin
