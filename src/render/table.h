// Tables for people. Pure functions.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "render/display.h"
#include "render/render.h"
#include "render/words.h"

namespace weir::rendering {

// `text` within `width` columns (0: not a terminal, so nothing is cut).
[[nodiscard]] std::string cut_to_fit(std::string_view text, std::size_t width);
// `remarks` with " · " between them, on as many lines as `width` asks for (0: one).
[[nodiscard]] std::string remark_lines(std::span<const Remark> remarks, std::size_t width, const Paint& paint);

[[nodiscard]] std::string table(const Insights& insights, const TableStyle& style);
[[nodiscard]] std::string table(const Answer& answer, const Coverage& coverage, const TableStyle& style);
[[nodiscard]] std::string table(const Listing& listing, const TableStyle& style);

}  // namespace weir::rendering
