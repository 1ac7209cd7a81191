// Tables of GitHub-flavoured Markdown. Whatever Markdown or HTML would read in a key is escaped.
#pragma once

#include <string>
#include <string_view>

#include "render/render.h"

namespace weir::rendering {

[[nodiscard]] std::string markdown(const Insights& insights);
[[nodiscard]] std::string markdown(const Answer& answer, const Coverage& coverage);
[[nodiscard]] std::string markdown(const Listing& listing);

// `text`, which is printable() already, so that Markdown and HTML leave it as it is.
[[nodiscard]] std::string markdown_escaped(std::string_view text);

}  // namespace weir::rendering
