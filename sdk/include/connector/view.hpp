#pragma once
// Conversions between connector_view and std::string_view. A null view and an empty one differ at the boundary; a
// string_view made from either is empty, so ask is_null first where the difference matters.
#include <string_view>

#include "connector/abi.h"

namespace connector {

constexpr bool is_null(connector_view view) {
  return view.data == nullptr;
}
constexpr std::string_view text(connector_view view) {
  return view.data ? std::string_view(view.data, view.size) : std::string_view();
}
constexpr connector_view null_view() {
  return {nullptr, 0};
}
// Never null: an empty string_view without a pointer becomes an empty view.
constexpr connector_view view(std::string_view text) {
  return {text.data() ? text.data() : "", text.size()};
}

}  // namespace connector
