// What a load takes, by README's figures, for the comments beside limits. A line each.
#pragma once

namespace weir::cli::schedule {

inline constexpr const char* measured_postgres =
    "Measured (README, Speed and memory): 1.2 million rows, 182 MB, into PostgreSQL 15 take 2.0 s on two cores, and "
    "124 "
    "MB.";
inline constexpr const char* measured_duckdb =
    "Measured (README, Speed and memory): 12 million rows, 1.8 GB, into DuckDB take 675 MB at their peak.";

}  // namespace weir::cli::schedule
