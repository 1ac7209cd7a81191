// Tables of GitHub-flavoured Markdown. Whatever Markdown or HTML would read in a key is escaped.
#pragma once

#include <string>

#include "render/render.h"

namespace weir::rendering {

[[nodiscard]] std::string markdown(const Insights& insights);
[[nodiscard]] std::string markdown(const Answer& answer, const Coverage& coverage);
[[nodiscard]] std::string markdown(const Listing& listing);

}  // namespace weir::rendering
