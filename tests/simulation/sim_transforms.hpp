#pragma once
// SimTransforms: two transforms as ordinary component tables. The first splits a record into parts
// (none, one, several) or rejects it; the second drops or rejects single parts. Either may say of
// any record that it is to be retried.
#include "connector/abi.h"

namespace simulation {

const connector_component& sim_splitter();
const connector_component& sim_filter();

}  // namespace simulation
