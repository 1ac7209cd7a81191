// Text that several stages must treat alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

// Length of the longest prefix of `text` that is well-formed UTF-8 (RFC 3629: no overlongs, no surrogates, at most
// U+10FFFF); text.size() when all of it is. Pure.
[[nodiscard]] std::size_t valid_utf8_prefix(std::string_view text);

// Text to keep of a rejected record: at most reject_raw_max_bytes (never cut inside a character), bytes that are not
// UTF-8 and NUL as \xHH. Pure.
[[nodiscard]] std::string reject_raw(std::string_view record);

// Text safe to print on a terminal: C0 and C1 control characters, DEL, and what reorders or ends a line (bidirectional
// controls, U+2028, U+2029) as \xHH, newline and tab as \n and \t. Pure.
[[nodiscard]] std::string printable(std::string_view text);

// "1,234,567" · "174.5 MB" (decimal units). Pure.
[[nodiscard]] std::string format_count(std::uint64_t value);
[[nodiscard]] std::string format_bytes(std::uint64_t bytes);

}  // namespace weir
