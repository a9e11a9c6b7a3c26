#include "host/observability/scrubber.hpp"

#include <string.h>

#include <algorithm>
#include <mutex>

namespace connector_host::observability {

Scrubber::~Scrubber() {
  while (!secrets_.empty()) {
    auto node = secrets_.extract(secrets_.begin());
    explicit_bzero(node.key().data(), node.key().size());
  }
}

void Scrubber::add(std::string_view secret) {
  if (secret.size() < shortest) return;
  std::unique_lock lock(mutex_);
  ++secrets_.try_emplace(std::string(secret)).first->second;
}

void Scrubber::remove(std::string_view secret) {
  std::unique_lock lock(mutex_);
  const auto found = secrets_.find(secret);
  if (found == secrets_.end() || --found->second > 0) return;
  auto node = secrets_.extract(found);
  explicit_bzero(node.key().data(), node.key().size());
}

std::string Scrubber::scrub(std::string_view text) const {
  std::shared_lock lock(mutex_);
  std::string out;
  out.reserve(text.size());
  std::size_t covered_to = 0;  // the end of the secrets found so far
  bool covering = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    covered_to = std::max(covered_to, i + longest_match(text.substr(i)));
    if (i >= covered_to) {
      out += text[i];
      covering = false;
    } else if (!covering) {
      out += hidden;
      covering = true;
    }
  }
  return out;
}

// Of the secrets that this begins with; 0: none. They are few and the map is in order, so only those with the same
// first bytes are looked at.
std::size_t Scrubber::longest_match(std::string_view rest) const {
  std::size_t longest = 0;
  for (auto one = secrets_.lower_bound(rest.substr(0, 1)); one != secrets_.end() && one->first.front() == rest.front(); ++one)
    if (one->first.size() > longest && rest.starts_with(one->first)) longest = one->first.size();
  return longest;
}

}  // namespace connector_host::observability
