#pragma once
// The text format that Prometheus reads (0.0.4), written by prometheus-cpp. Pure function.
#include <string>
#include <vector>

#include "host/observability/family.hpp"

namespace connector_host::observability {

constexpr const char* exposition_content_type = "text/plain; version=0.0.4; charset=utf-8";

// The families are as FamilyMerge gives them.
std::string exposition(const std::vector<Family>& families);

}  // namespace connector_host::observability
