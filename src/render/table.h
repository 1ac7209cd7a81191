// Tables for people. Pure functions.
#pragma once

#include <span>
#include <string>

#include "render/display.h"
#include "render/render.h"
#include "render/words.h"

namespace weir::rendering {

[[nodiscard]] std::string table(const Insights& insights, const TableStyle& style);
[[nodiscard]] std::string table(const Answer& answer, const Coverage& coverage, const TableStyle& style);
[[nodiscard]] std::string table(const Listing& listing, const TableStyle& style);

// `remarks` with " · " between them, on as many lines as `width` asks for (0: one).
[[nodiscard]] std::string remark_lines(std::span<const Remark> remarks, std::size_t width, const Paint& paint);

}  // namespace weir::rendering
