// In place of all of this folder, where the program is built without DuckDB.
#include "parquet/parquet_dump.h"

namespace weir {

Result<std::unique_ptr<RowDump>> open_parquet(const std::string& /*path*/, const std::string& uri,
                                              // The one with DuckDB keeps it.
                                              RowsRead /*rows_read*/) {  // NOLINT(performance-unnecessary-value-param)
  return fail(ErrorKind::usage, "cannot read", uri,
              "it is a Parquet file, and this weir was built without DuckDB and so without Parquet",
              "use a weir with DuckDB, or write the dump as CSV");
}

}  // namespace weir
