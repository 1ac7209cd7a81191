// Tables for people. Pure functions.
#pragma once

#include <string>

#include "render/render.h"

namespace weir::rendering {

[[nodiscard]] std::string table(const Insights& insights, const TableStyle& style);
[[nodiscard]] std::string table(const Answer& answer, const Coverage& coverage, const TableStyle& style);
[[nodiscard]] std::string table(const Listing& listing, const TableStyle& style);

}  // namespace weir::rendering
