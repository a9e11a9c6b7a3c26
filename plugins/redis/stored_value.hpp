#pragma once
// StoredValue: what the value of a key means. The one place that decides that an id is done.
//
// `done` or a value of `legacy_done` is a commit; `claim:<owner>` is a claim; everything else
// belongs to somebody else and is never a commit. Immutable; any thread. Owned by the store.
#include <string>
#include <string_view>
#include <vector>

namespace connector_host_plugins::redis {

inline constexpr std::string_view done_value = "done";
inline constexpr std::string_view claim_prefix = "claim:";

enum class Meaning { done, own_claim, other_claim, foreign };

class StoredValue {
 public:
  explicit StoredValue(std::vector<std::string> legacy_done)
      : legacy_done_(std::move(legacy_done)) {}

  // own_claim: claim_prefix and the owner.
  Meaning meaning(std::string_view value, std::string_view own_claim) const {
    if (value == done_value) return Meaning::done;
    if (value == own_claim) return Meaning::own_claim;
    if (value.starts_with(claim_prefix)) return Meaning::other_claim;
    for (const std::string& legacy : legacy_done_) {
      if (value == legacy) return Meaning::done;
    }
    return Meaning::foreign;
  }

 private:
  std::vector<std::string> legacy_done_;
};

}  // namespace connector_host_plugins::redis
