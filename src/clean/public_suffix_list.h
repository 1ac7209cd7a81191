// The Public Suffix List (https://publicsuffix.org), compiled in: generated at build time from the distribution's
// `publicsuffix` package, in the form libpsl reads (a DAFSA).
#pragma once

#include <span>
#include <string_view>

namespace weir {

// Both live for ever.
[[nodiscard]] std::span<const unsigned char> public_suffix_dafsa();
// The list's own version line, or else the day its file was made: "2023-02-09".
[[nodiscard]] std::string_view public_suffix_version();

}  // namespace weir
