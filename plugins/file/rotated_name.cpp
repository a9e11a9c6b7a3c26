#include "plugins/file/rotated_name.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

namespace connector_host_plugins::file {
namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view signs = ".-_";
constexpr std::array<std::string_view, 7> compressed_ends{".gz",  ".xz",  ".zst", ".bz2",
                                                          ".lz4", ".zip", ".Z"};
constexpr std::array<std::string_view, 5> words{".old", ".bak", ".prev", ".orig", "~"};
constexpr std::size_t longest_number = 3;  // with more digits it is a year, a date or a time

}  // namespace

RotatedName::RotatedName(std::string_view added) : text_(added) {
  compressed_ = std::any_of(compressed_ends.begin(), compressed_ends.end(),
                            [&](std::string_view end) { return added.ends_with(end); });
  if (compressed_) added = added.substr(0, added.rfind('.'));
  const std::size_t from = added.find_first_not_of(signs);
  if (std::find(words.begin(), words.end(), added) != words.end()) {
    kind_ = Kind::word;
  } else if (from != 0 && from != std::string_view::npos &&
             digits.find(added[from]) != std::string_view::npos) {
    const std::size_t end = std::min(added.find_first_not_of(digits, from), added.size());
    const bool is_number =
        end - from <= longest_number && added.find_first_of(digits, end) == std::string_view::npos;
    kind_ = is_number ? Kind::numbered : Kind::dated;
    if (is_number) std::from_chars(added.data() + from, added.data() + end, number_);
  }
}

std::optional<std::weak_ordering> RotatedName::compare(const RotatedName& one,
                                                       const RotatedName& other) {
  if (one.kind_ != other.kind_ || one.kind_ == Kind::unknown) return std::nullopt;
  switch (one.kind_) {
    case Kind::numbered:
      return std::weak_ordering(other.number_ <=> one.number_);
    case Kind::dated:
      return std::weak_ordering(one.text_ <=> other.text_);
    default:
      return std::nullopt;
  }
}

bool RotatedName::sorts_before(const RotatedName& other) const {
  return std::tie(kind_, other.number_, text_) < std::tie(other.kind_, number_, other.text_);
}

}  // namespace connector_host_plugins::file
