// The commands that messages advise to run, as they must be typed to reach what the message is about. Pure.
#pragma once

#include <string>
#include <string_view>

namespace weir::cli {

// `text` with `flags` ("--db duckdb:other.duckdb") added to each command between backquotes that uses the database and
// does not name one: "`weir status` shows …" as "`weir status --db duckdb:other.duckdb` shows …".
[[nodiscard]] std::string with_flags(std::string_view text, std::string_view flags);

// A word as a POSIX shell takes it: in quotes where it needs them.
[[nodiscard]] std::string shell_word(std::string_view word);

}  // namespace weir::cli
