// The known word that a mistyped one was most likely meant to be: for commands, questions, flags and keys of weir.toml.
// Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir::cli {

// Insertions, deletions, substitutions and swaps of neighbours between two words, letter case aside (optimal string
// alignment).
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// The word with the smallest distance (the first of equals), when that is small enough to be a slip: at most a third of
// the longer word's length, and one at least. nullopt: none is near. The view is one of `words`.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> words);

// `; did you mean "source"?`, to be put behind a message; empty when none is near.
[[nodiscard]] std::string did_you_mean(std::string_view word, std::span<const std::string_view> words);

}  // namespace weir::cli
