// Answers to render, and what looks at the outcome.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "render/render.h"

namespace weir {

[[nodiscard]] Answer answer_of(std::string_view question, std::uint64_t distinct, std::uint64_t events,
                               std::vector<Count> rows);

// April 2021 as loaded from one monthly dump, without rejects.
[[nodiscard]] Coverage april();

// Two questions of April: three countries, two of five URIs.
[[nodiscard]] Insights small_insights();

// Keys that each format must take care of: quotes, commas, line ends, pipes, control characters, wide and combining
// characters, markup, "(none)".
[[nodiscard]] const std::vector<std::string>& awkward_keys();
[[nodiscard]] Answer awkward_answer();

// A few characters of all sorts, among them those of awkward_keys(); never empty.
[[nodiscard]] std::string random_key(std::mt19937& random);

[[nodiscard]] std::vector<std::string> lines_of(std::string_view text);

// Whether any byte or character would be obeyed rather than shown by a terminal (newlines apart).
[[nodiscard]] bool has_control_characters(std::string_view text);

// Without what Paint added.
[[nodiscard]] std::string without_colour(std::string_view text);

}  // namespace weir
