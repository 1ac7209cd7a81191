// Scalars of DuckDB as text, as PostgreSQL would write them. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir::duck {

// Of 128 bits, as DuckDB keeps them: `upper` is signed, or not where `is_signed` is false.
[[nodiscard]] std::string huge_text(std::uint64_t lower, std::int64_t upper, bool is_signed);
// "-12" and 3 decimals: "-0.012".
[[nodiscard]] std::string with_decimals(std::string digits, unsigned decimals);
// "2021-04-01", "0044-03-15 BC", "infinity".
[[nodiscard]] std::string date_text(std::int32_t days);
// "10:00:00.5"
[[nodiscard]] std::string time_text(std::int64_t us);
// "2021-04-01T10:00:00.5Z", "infinity". `units_a_second` is a power of ten up to 1e9.
[[nodiscard]] std::string moment_text(std::int64_t units, std::int64_t units_a_second);
// "1 year 2 mons 3 days 04:05:06"
[[nodiscard]] std::string interval_text(std::int32_t months, std::int32_t days, std::int64_t us);
[[nodiscard]] std::string uuid_text(std::uint64_t lower, std::int64_t upper);
// "\x6162"
[[nodiscard]] std::string bytes_text(std::string_view bytes);

}  // namespace weir::duck
