#include "host/pipeline/suspects.hpp"

#include <algorithm>
#include <sstream>

#include "connector/view.hpp"
#include "host/pipeline/join_table.hpp"

namespace connector_host::pipeline {
namespace {

constexpr std::size_t most_accused = 16;

}  // namespace

// A line for each: its fingerprint and how often the process died with it, counting the present one for the one at work.
Suspects::Suspects(SuspectNote note) : note_(std::move(note)) {
  std::istringstream lines(note_.read());
  for (Accused each; accused_.size() < most_accused && lines >> each.fingerprint >> each.deaths;) accused_.push_back(each);
}

bool Suspects::guilty(const Entry& entry) const {
  if (accused_.empty() || !is_one(entry)) return false;
  const auto found = find(fingerprint_of(entry));
  return found != accused_.end() && found->deaths >= deaths;
}

void Suspects::begins(const Entry& entry) {
  const std::uint64_t fingerprint = fingerprint_of(entry);
  const auto found = find(fingerprint);
  std::vector<Accused> all{{fingerprint, (found == accused_.end() ? 0 : found->deaths) + 1}};
  std::copy_if(accused_.begin(), accused_.end(), std::back_inserter(all), [&](const Accused& each) { return each.fingerprint != fingerprint; });
  write(all);
}

void Suspects::ended(const Entry& entry, bool last) {
  if (entry.verdict != Verdict::returned && !guilty(entry))
    std::erase_if(accused_, [&](const Accused& each) { return each.fingerprint == fingerprint_of(entry); });
  if (last) write(accused_);  // else the next one begins in a moment
}

// The same for the same record in the next process.
std::uint64_t Suspects::fingerprint_of(const Entry& entry) {
  return entry.has_id() ? entry.id_hash : JoinTable::hash_of(connector::text(entry.record.value));
}

std::vector<Suspects::Accused>::const_iterator Suspects::find(std::uint64_t fingerprint) const {
  return std::find_if(accused_.begin(), accused_.end(), [&](const Accused& each) { return each.fingerprint == fingerprint; });
}

void Suspects::write(const std::vector<Accused>& all) const {
  std::string text;
  for (const Accused& each : all) text += std::to_string(each.fingerprint) + ' ' + std::to_string(each.deaths) + '\n';
  note_.write(text);
}

}  // namespace connector_host::pipeline
