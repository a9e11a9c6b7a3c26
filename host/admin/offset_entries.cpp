#include "host/admin/offset_entries.hpp"

#include <algorithm>

namespace connector_host::admin {
namespace {

void merge(Json& into, const Json& offset) {
  for (const auto& [key, value] : offset.items()) {
    Json& had = into[key];
    if (had.is_number() && value.is_number())
      had = std::int64_t(had.get<std::uint64_t>() + value.get<std::uint64_t>());  // what a plugin says may wrap, and harms nobody
    else if (had.is_null() || (!value.is_null() && had < value))
      had = value;
  }
}

}  // namespace

bool is_offset(const Json& entry) {
  if (!entry.is_object() || !entry.contains("partition") || !entry.contains("offset")) return false;
  return entry["partition"].is_object() && (entry["offset"].is_object() || entry["offset"].is_null());
}

Json merged_offsets(const std::vector<std::string>& answers) {
  Json all = Json::array();
  for (const std::string& answer : answers) {
    const Json entries = Json::parse(answer, nullptr, false);
    if (!entries.is_array()) continue;
    for (const Json& entry : entries) {
      if (!is_offset(entry)) continue;
      const auto same = std::find_if(all.begin(), all.end(), [&](const Json& each) { return each["partition"] == entry["partition"]; });
      same == all.end() ? all.push_back(entry) : merge((*same)["offset"], entry["offset"]);
    }
  }
  return all;
}

}  // namespace connector_host::admin
