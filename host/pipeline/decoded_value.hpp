#pragma once
// DecodedValue: the memory of a record's value without its content encoding, and of the headers
// without the one that named it. The record of its entry looks into it. Owned by the entry.
#include <cstdint>
#include <string>
#include <vector>

#include "connector/abi.h"

namespace connector_host::pipeline {

struct DecodedValue {
  std::string value;
  std::vector<connector_header> headers;  // their texts stay where the source has them

  std::uint64_t bytes() const { return value.size() + headers.size() * sizeof(connector_header); }
};

}  // namespace connector_host::pipeline
