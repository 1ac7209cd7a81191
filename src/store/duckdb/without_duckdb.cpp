// In place of all of this folder, where the program is built without DuckDB.
#include <utility>

#include "store/duckdb/duckdb_store.h"

namespace weir {

Result<std::unique_ptr<Store>> make_duckdb_store(std::string path, const StoreOptions& /*options*/) {
  return fail(ErrorKind::usage, "cannot use the database", "duckdb:" + std::move(path),
              "this weir was built without DuckDB",
              "name a PostgreSQL database, --db postgresql://HOST/DATABASE, or install weir with DuckDB");
}

bool has_duckdb() {
  return false;
}

}  // namespace weir
