// CSV by RFC 4180 with LF line ends: a header line, then one line a row. A field is quoted where it must be, and when
// it is empty text, which tells it from null.
#pragma once

#include <string>
#include <string_view>

#include "render/render.h"

namespace weir::rendering {

// `on_terminal`: fields are made printable().
[[nodiscard]] std::string csv(const Insights& insights, bool on_terminal);
[[nodiscard]] std::string csv(const Answer& answer, bool on_terminal);
[[nodiscard]] std::string csv(const Listing& listing, bool on_terminal);

// Appends one field, quoted where it must be.
void append_csv_field(std::string& out, std::string_view field, bool on_terminal);

}  // namespace weir::rendering
