#pragma once
// A record as one line of JSON. Bytes that are no valid UTF-8 are written as {"base64": "..."}, so
// that nothing changes.
#include <connector/record.hpp>
#include <string>

namespace connector_host_plugins::file {

// Appends {"id":…,"key":…,"value":…,"headers":{…},"timestamp_ms":…} without a newline. value is
// always there (null for a tombstone), the others where the record has them. A header that occurs
// more than once becomes an array.
void append_json_line(const connector::Record& record, std::string& out);

}  // namespace connector_host_plugins::file
