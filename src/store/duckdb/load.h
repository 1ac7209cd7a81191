// One dump on its way into a DuckDB database: see weir/store.h, Load.
#pragma once

#include <memory>
#include <optional>

#include "store/duckdb/database_file.h"
#include "weir/store.h"

namespace weir::duck {

// Holds `database` (opened for writing, its schema current) until it is destroyed.
[[nodiscard]] Result<std::unique_ptr<Load>> make_load(std::shared_ptr<OpenDatabase> database, const Slot& slot);

}  // namespace weir::duck
