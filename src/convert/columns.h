// What the columns of a dump are called where not every name will do.
#pragma once

#include <string>
#include <vector>

#include "weir/event.h"

namespace weir::converting {

struct Renamed {
  std::string from;
  std::string to;
  friend bool operator==(const Renamed&, const Renamed&) = default;
};

struct ColumnNames {
  std::vector<std::string> names;  // one a column
  std::vector<Renamed> renamed;
};

// Names for Parquet, where none is empty and no two differ in capitals only. Columns that a field takes keep theirs.
[[nodiscard]] ColumnNames parquet_names(const std::vector<std::string>& columns, const ColumnBinding& binding);

}  // namespace weir::converting
