#include "host/pipeline/suspects.hpp"

#include <algorithm>
#include <sstream>

#include "connector/view.hpp"
#include "host/pipeline/join_table.hpp"

namespace connector_host::pipeline {
namespace {

constexpr std::size_t most_accused = 16;

}  // namespace

// A line for each: its fingerprint, how often the process died with it, counting the present one for the one at work, and when
// that was begun.
Suspects::Suspects(Note note, world::World& world) : note_(std::move(note)), world_(world) {
  std::istringstream lines(note_.read());
  Accused each;
  while (accused_.size() < most_accused && lines >> each.fingerprint >> each.deaths >> each.begun) accused_.push_back(each);
}

bool Suspects::guilty(const Entry& entry) const {
  return !accused_.empty() && is_one(entry) && deaths_with(fingerprint_of(entry)) >= deaths;
}

void Suspects::begins(const Entry& entry) {
  const std::uint64_t fingerprint = fingerprint_of(entry);
  std::vector<Accused> all{{fingerprint, deaths_with(fingerprint) + 1, now()}};
  std::copy_if(accused_.begin(), accused_.end(), std::back_inserter(all), [&](const Accused& each) { return each.fingerprint != fingerprint; });
  write(all);
}

void Suspects::ended(const Entry& entry, bool last) {
  const bool cleared = entry.verdict != Verdict::returned && !guilty(entry);
  if (cleared) std::erase_if(accused_, [&](const Accused& each) { return each.fingerprint == fingerprint_of(entry); });
  if (last) write(accused_);  // else the next one begins in a moment
}

std::uint64_t Suspects::fingerprint_of(const Entry& entry) {
  return fingerprint_of(entry.id, connector::text(entry.record.value));
}

std::uint64_t Suspects::fingerprint_of(std::string_view id, std::string_view value) {
  return JoinTable::hash_of(value) * 31 + JoinTable::hash_of(id);
}

std::uint32_t Suspects::deaths_with(std::uint64_t fingerprint) const {
  const auto found = std::find_if(accused_.begin(), accused_.end(), [&](const Accused& each) { return each.fingerprint == fingerprint; });
  return found != accused_.end() && std::chrono::seconds(now() - found->begun) < memory ? found->deaths : 0;
}

std::int64_t Suspects::now() const {
  return std::chrono::duration_cast<std::chrono::seconds>(world_.unix_time()).count();
}

void Suspects::write(const std::vector<Accused>& all) const {
  std::string text;
  for (const Accused& each : all) text += std::to_string(each.fingerprint) + ' ' + std::to_string(each.deaths) + ' ' + std::to_string(each.begun) + '\n';
  note_.write(text);
}

}  // namespace connector_host::pipeline
