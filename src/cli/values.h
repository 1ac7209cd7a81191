// Values as flags, variables and weir.toml write them. Pure; `flag` is what an error names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "weir/result.h"

namespace weir::cli {

// "512MB", "1.5 GiB", "1000000": bytes. k, M, G, T are decimal, Ki, Mi, Gi, Ti binary; B may follow; case does not
// matter. At least 1.
[[nodiscard]] Result<std::uint64_t> parse_bytes(std::string_view flag, std::string_view text);

// "20", "all" (nullopt).
[[nodiscard]] Result<std::optional<std::uint64_t>> parse_limit(std::string_view flag, std::string_view text);

// A whole number of at least 1.
[[nodiscard]] Result<unsigned> parse_threads(std::string_view flag, std::string_view text);

// Seconds, at least 0, decimals allowed.
[[nodiscard]] Result<double> parse_seconds(std::string_view flag, std::string_view text);

// One of , ; | or a tab, which may be written "tab" or "\t".
[[nodiscard]] Result<char> parse_delimiter(std::string_view flag, std::string_view text);

}  // namespace weir::cli
