#include "host/pipeline/identifier.hpp"

#include "connector/view.hpp"
#include "host/pipeline/join_table.hpp"

namespace connector_host::pipeline {

bool Identifier::identify(Entry& entry) {
  const connector_record& record = entry.record;
  const std::size_t at = rule_.find(record, entry.id, entry.reason);
  const bool found = at != std::string::npos;
  if (found) {
    entry.record.id = {entry.id.data() + at, entry.id.size() - at};
    entry.id_hash = JoinTable::hash_of(entry.id);
  } else {
    entry.record.id = connector::null_view();  // a source's own name for it is no id of ours
    if (!entry.reason.empty()) reject(entry);
  }
  if (!connector::is_null(record.key))
    entry.order_key = JoinTable::hash_of(connector::text(record.key));
  else if (found)
    entry.order_key = entry.id_hash;
  else
    entry.order_key = record.position * 0x9e3779b97f4a7c15ull >> 32;
  return found;
}

void Identifier::reject(Entry& entry) {
  entry.stage = Stage::rejected;
  entry.failed_at = "IDENTIFY";
  counters_[IntakeCount::unidentified].add();
  counters_.last_error.set(std::uint64_t(entry.received.time_since_epoch().count()));
}

}  // namespace connector_host::pipeline
