#include "cli/databases.h"

#include <string_view>

#include "store/duckdb/duckdb_store.h"
#include "store/postgres/postgres_store.h"

namespace weir::cli {

Result<std::unique_ptr<Store>> make_store(const std::string& url, const StoreOptions& options) {
  constexpr std::string_view duckdb = "duckdb:";
  if (url.starts_with(duckdb) && url.size() > duckdb.size()) {
    return make_duckdb_store(url.substr(duckdb.size()), options);
  }
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) return make_postgres_store(url, options);
  const std::size_t colon = url.find(':');
  const std::string shown = colon == std::string::npos ? url : url.substr(0, colon + 1) + "…";
  return fail(ErrorKind::usage, "cannot use the database", shown, "no such kind of database",
              std::string(has_duckdb() ? "name a DuckDB file, --db duckdb:weir.duckdb, or" : "name") +
                  " a PostgreSQL database, --db postgresql://HOST/DATABASE");
}

}  // namespace weir::cli
