// The embedded database: one DuckDB file, readable with DuckDB's own tools.
//
// DuckDB admits one writing process at a time, so weir's processes queue at `<path>.lock` (see store/file_lock.h):
// writers alone, readers together. A connection lasts one call, or one Load. What DuckDB spills goes to
// `<path>.tmp-<pid>-<n>` beside the database and is removed afterwards.
#pragma once

#include <memory>
#include <string>

#include "weir/result.h"
#include "weir/store.h"

namespace weir {

// `path` is taken literally, relative to the working directory. Nothing is opened or created until it is needed:
// begin_load() and migrate() create the database (never its directory), everything else wants it there.
//
// memory_limit_bytes: what DuckDB may hold before it spills; 0 is 512 MiB. threads: of DuckDB; 0 is all cores.
// Fails (usage) in a program that was built without DuckDB, and in no other.
[[nodiscard]] Result<std::unique_ptr<Store>> make_duckdb_store(std::string path, const StoreOptions& options);

// Whether this program was built with DuckDB.
[[nodiscard]] bool has_duckdb();

}  // namespace weir
