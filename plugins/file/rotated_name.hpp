#pragma once
// RotatedName: what is added to a file's name when it is rotated, and what that says of its age.
//
// A value; any thread.
#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace connector_host_plugins::file {

class RotatedName {
 public:
  // added: ".1", "-20260131", ".old", ".2.gz" and the like.
  explicit RotatedName(std::string_view added);

  // A number or a date behind a sign, or one of the usual words. Else it may be a file of another
  // kind, such as a lock.
  bool is_usual() const { return kind_ != Kind::unknown; }
  bool is_compressed() const { return compressed_; }
  // For files of the same age otherwise: the older one is less. Nothing when the names are of two
  // kinds and do not tell.
  static std::optional<std::weak_ordering> compare(const RotatedName& one,
                                                   const RotatedName& other);
  // An order of all of them, which holds to compare where that tells.
  bool sorts_before(const RotatedName& other) const;

 private:
  enum class Kind { dated, numbered, word, unknown };

  Kind kind_ = Kind::unknown;
  bool compressed_ = false;
  int number_ = 0;  // the higher, the older
  std::string text_;
};

}  // namespace connector_host_plugins::file
