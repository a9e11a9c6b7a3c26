#include "host/pipeline/identifier.hpp"

#include <utility>
#include <vector>

#include "connector/view.hpp"
#include "host/pipeline/join_table.hpp"

namespace connector_host::pipeline {
namespace {

constexpr std::size_t longest_reason = 1000;             // bytes, as of the reasons of sinks
constexpr std::uint64_t spread = 0x9e3779b97f4a7c15ull;  // makes small numbers differ in their upper bits
constexpr std::uint64_t everything = ~std::uint64_t(0);  // the group of what a source gave none

std::vector<FieldRule> rules_of(const std::optional<FieldRule>& id, const KeyRuleSettings& key) {
  std::vector<FieldRule> out;
  if (id) out.push_back(*id);
  out.insert(out.end(), key.parts.begin(), key.parts.end());
  return out;
}

}  // namespace

Identifier::Identifier(const std::optional<FieldRule>& id, const KeyRuleSettings& key, Ordering ordering, std::string_view scope, Scrub scrub,
                       IntakeCounters& counters, const DecodeSettings& decode)
    : has_ids_(id.has_value()),
      reject_missing_key_(key.reject_missing),
      ordering_(ordering),
      fields_(rules_of(id, key)),
      decodes_for_sink_(decode.for_sink),
      reads_values_(decode.for_sink || fields_.read_json()),
      values_(decode),
      id_rule_(scope),
      key_rule_(id ? 1 : 0, key.parts.size()),
      scrub_(std::move(scrub)),
      counters_(counters) {}

bool Identifier::identify(Entry& entry) {
  entry.id.clear();
  entry.reason.clear();
  entry.record.flags &= ~std::uint32_t(CONNECTOR_KEYED_BY_RULE);  // the host's alone
  std::size_t at = std::string::npos;
  if (entry.record.flags & CONNECTOR_UNREADABLE)
    reject_unreadable(entry);
  else
    at = find_id_and_key(entry);
  const bool found = at != std::string::npos;
  entry.record.origin = nullptr;  // it ends with the lease, and only the source's records have one
  entry.record.order = order_group_of(entry.record);
  // Only now: both rules may refer to what the source called the record, which is no id of ours.
  entry.record.id = found ? connector_view{entry.id.data() + at, entry.id.size() - at} : connector::null_view();
  if (found) entry.id_hash = JoinTable::hash_of(entry.id);
  entry.order_key = order_key_of(entry, found);
  return found;
}

// Where the id begins in entry.id, or npos.
std::size_t Identifier::find_id_and_key(Entry& entry) {
  if (reads_values_) values_.read(entry);
  if (decodes_for_sink_ && values_.has_failed()) {
    entry.reason = values_.why();
    reject(entry, "VALUE_CONVERTER", IntakeCount::undecodable);
    return std::string::npos;
  }
  fields_.read(entry.record, values_.text(), values_.why());
  const std::size_t at = has_ids_ ? id_rule_.find(fields_, 0, entry.id, entry.reason) : std::string::npos;
  if (!entry.reason.empty()) reject(entry, "IDENTIFY", IntakeCount::unidentified);
  if (key_rule_.is_set()) find_key(entry);
  return at;
}

// TASK_POLL is Kafka Connect's name of the stage.
void Identifier::reject_unreadable(Entry& entry) {
  const connector_origin* const origin = entry.record.origin;
  const std::string_view why = origin ? connector::text(origin->reason).substr(0, longest_reason) : std::string_view();
  entry.reason = why.empty() ? "the source could not read it and gave no reason" : scrub_(why);
  reject(entry, "TASK_POLL", IntakeCount::unreadable);
}

void Identifier::find_key(Entry& entry) {
  const bool found = key_rule_.find(fields_, entry.key, why_no_key_);
  entry.record.key = found ? connector::view(entry.key) : connector::null_view();
  entry.record.flags |= CONNECTOR_KEYED_BY_RULE;
  if (found || entry.stage == Stage::rejected) return;
  counters_[IntakeCount::keyless].add();
  if (!reject_missing_key_) return;
  entry.reason = why_no_key_;
  reject(entry, "IDENTIFY", IntakeCount::unidentified);
}

std::uint64_t Identifier::order_group_of(const connector_record& record) const {
  if (ordering_ == Ordering::source) return record.order;
  if (ordering_ == Ordering::queue) return record.order != 0 ? record.order : everything;
  return 0;
}

std::uint64_t Identifier::order_key_of(const Entry& entry, bool has_id) {
  if (entry.record.order != 0) return entry.record.order * spread >> 32;
  if (!connector::is_null(entry.record.key)) return JoinTable::hash_of(connector::text(entry.record.key));
  if (has_id) return entry.id_hash;
  return entry.record.position * spread >> 32;
}

void Identifier::reject(Entry& entry, const char* stage, IntakeCount counted_as) {
  entry.stage = Stage::rejected;
  entry.failed_at = stage;
  counters_[counted_as].add();
  counters_.last_error.set(std::uint64_t(entry.received.time_since_epoch().count()));
}

}  // namespace connector_host::pipeline
