#pragma once
// recorded.json: what a real Kafka Connect answered to each step of a walk, one answer a line.
#include <string>
#include <vector>

#include "tests/integration/connect_walk/walk.hpp"

namespace integration {

void write_recording(const std::string& file, const std::vector<Observation>& answers);

// Throws std::runtime_error when it is not of this walk, step by step.
std::vector<Observation> read_recording(const std::string& file, const Walk& walk);

}  // namespace integration
