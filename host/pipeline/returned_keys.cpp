#include "host/pipeline/returned_keys.hpp"

#include "connector/view.hpp"
#include "host/pipeline/suspects.hpp"

namespace connector_host::pipeline {

void ReturnedKeys::returned(const Entry& entry, world::Time now) {
  if (connector::is_null(entry.record.key)) return;
  first_.try_emplace(entry.order_key, First{Suspects::fingerprint_of(entry), now + patience, {}});
}

bool ReturnedKeys::goes_back(const Entry& entry, world::Time now) {
  const auto found = first_.find(entry.order_key);
  if (found == first_.end()) return false;
  First& first = found->second;
  const std::uint64_t fingerprint = Suspects::fingerprint_of(entry);
  const bool is_back = first.fingerprint == fingerprint, too_late = now >= first.until;
  if (!is_back && !too_late && first.followers.insert(fingerprint).second) return true;
  first_.erase(found);
  return false;
}

}  // namespace connector_host::pipeline
