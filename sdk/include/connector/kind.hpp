#pragma once
// The words for the kinds of component, as people read them. Empty: no such kind. Any thread.
#include <cstdint>
#include <string_view>

#include "connector/abi.h"

namespace connector {

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

}  // namespace connector
