// What a file is, by its first bytes.
#pragma once

#include <cstddef>
#include <string_view>

namespace weir {

enum class Format {
  plain,  // anything that is none of the others: text, as far as the first bytes can tell
  gzip,
  zstd,
  parquet,
  unreadable,  // a format that is known and not read; see Magic::name
};

struct Magic {
  Format format = Format::plain;
  std::string_view name;    // "a zip archive"; empty for those that are read
  std::string_view remedy;  // what to do with it; empty likewise
};

// As many first bytes as tell_format() wants to see (fewer only when the file is shorter).
inline constexpr std::size_t magic_bytes = 16;

// Formats from their own specifications: RFC 1952, RFC 8878, APPNOTE.TXT, the xz, 7z, LZ4 and Parquet format pages.
// Pure.
[[nodiscard]] Magic tell_format(std::string_view first_bytes);

}  // namespace weir
