#pragma once
// Metric names: what Prometheus and its naming rules allow. Pure functions.
#include <optional>
#include <string>
#include <string_view>

#include "host/observability/family.hpp"

namespace connector_host::observability {

// What is wrong with the name of a metric of this kind, and what to do; nothing: it is fine.
std::optional<std::string> metric_name_fault(std::string_view name, MetricKind kind);
// The same of a name that is another program's and follows its rules: only what Prometheus would refuse is wrong.
std::optional<std::string> foreign_name_fault(std::string_view name);
bool is_label_name(std::string_view name);

}  // namespace connector_host::observability
