#pragma once
// Suggestion: "did you mean ...?" for a word the user got wrong. Pure functions.
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace connector_host::topology {

// Edits (insert, delete, replace, swap two neighbours) between two words, case ignored: Damerau-Levenshtein in its
// optimal string alignment form.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The nearest candidate, if it is near enough to be a slip: one edit in three letters. Words over 64 bytes have none.
std::optional<std::string> closest(std::string_view word, std::span<const std::string> candidates);

// What to do about a word that is not among the candidates: the closest one if there is one, else all of them.
std::string choose_instead(std::string_view word, std::span<const std::string> candidates, std::string_view what_they_are);

}  // namespace connector_host::topology
