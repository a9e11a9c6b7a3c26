#pragma once
// Offsets in Kafka Connect's form: {"partition":{…},"offset":{…}}, of which a connector has one for each place that it reads
// from. Pure.
#include <string>
#include <vector>

#include "host/admin/json_answer.hpp"

namespace connector_host::admin {

// It is one; its offset may be null: none.
bool is_offset(const Json& entry);
// Those of all tasks, each answer an array of them as a plugin says it; what has another form is left out. Several tasks on one
// queue are one entry: numbers are added, of other values the greater stays.
Json merged_offsets(const std::vector<std::string>& answers);

}  // namespace connector_host::admin
