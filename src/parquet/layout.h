// What a Parquet file says of itself: its columns and its row groups.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "parquet/engine.h"
#include "weir/result.h"

namespace weir::parquet {

// As DuckDB hands the values of a column over.
enum class Kind {
  text,
  bytes,  // that nobody has called text: perhaps it is
  day,
  seconds,  // of a time, and the units below
  milliseconds,
  microseconds,
  nanoseconds,
  list,  // of texts
};

struct Column {
  std::string name;
  Kind kind = Kind::text;
  std::string expression;  // SQL that gives it as `kind`
  bool utc = false;        // of a time: it is an instant
};

struct RowGroup {
  std::uint64_t first = 0;  // row, from 0
  std::uint64_t end = 0;
};

// What a file says under the key "weir" when weir has written it: each text was judged as it was read, so that none has
// to be again, nor even read for that. It counts in files of DuckDB only, which writes no other file's notes.
inline constexpr const char* judged_note = "texts judged";

struct Layout {
  std::vector<Column> columns;
  bool is_judged = false;  // it has the note
  std::vector<RowGroup> groups;
  std::uint64_t rows = 0;
};

// Errors: what DuckDB says of a file that is no whole Parquet file.
[[nodiscard]] Result<Layout> read_layout(Connection& connection, const std::string& path);

}  // namespace weir::parquet
