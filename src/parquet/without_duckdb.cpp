// In place of all of this folder, where the program is built without DuckDB.
#include "parquet/parquet_dump.h"

namespace weir {

// NOLINTNEXTLINE(performance-unnecessary-value-param): the one with DuckDB keeps it
Result<std::unique_ptr<RowDump>> open_parquet(const std::string& /*path*/, const std::string& uri,
                                              RowsRead /*rows_read*/) {
  return fail(ErrorKind::usage, "cannot read", uri,
              "it is a Parquet file, and this weir was built without DuckDB and so without Parquet",
              "use a weir with DuckDB, or write the dump as CSV");
}

}  // namespace weir
