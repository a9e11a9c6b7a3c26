#pragma once
// OwnerNames: gives each owner of claims a small number, for as long as it has one.
//
// Owners are few (the tasks of a process), so they are looked for one by one. Not thread-safe;
// owned by an IdTable.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace connector_host_plugins::memory {

class OwnerNames {
 public:
  static constexpr std::uint32_t nobody = UINT32_MAX;

  // nobody, when it has no claim.
  std::uint32_t find(std::string_view name) const {
    for (std::uint32_t i = 0; i < owners_.size(); ++i) {
      if (owners_[i].claims > 0 && owners_[i].name == name) return i;
    }
    return nobody;
  }
  // Counts one claim more, or less, of an owner.
  std::uint32_t add_claim(std::string_view name) {
    std::uint32_t at = find(name);
    if (at == nobody) at = take_place(name);
    ++owners_[at].claims;
    return at;
  }
  void end_claim(std::uint32_t owner) { --owners_[owner].claims; }

 private:
  struct Owner {
    std::string name;
    std::uint64_t claims;
  };
  std::uint32_t take_place(std::string_view name) {
    for (std::uint32_t i = 0; i < owners_.size(); ++i) {
      if (owners_[i].claims > 0) continue;
      owners_[i].name = name;
      return i;
    }
    owners_.push_back({std::string(name), 0});
    return std::uint32_t(owners_.size() - 1);
  }

  std::vector<Owner> owners_;
};

}  // namespace connector_host_plugins::memory
