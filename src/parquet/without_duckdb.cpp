// In place of all of this folder, where the program is built without DuckDB.
#include "parquet/parquet_dump.h"
#include "parquet/parquet_writer.h"

namespace weir {

Result<std::unique_ptr<RowDump>> open_parquet(const std::string& /*path*/, const std::string& uri,
                                              // The one with DuckDB keeps it.
                                              RowsRead /*rows_read*/) {  // NOLINT(performance-unnecessary-value-param)
  return fail(ErrorKind::usage, "cannot read", uri,
              "it is a Parquet file, and this weir was built without DuckDB and so without Parquet",
              "use a weir with DuckDB, or write the dump as CSV");
}

Result<std::unique_ptr<ParquetWriter>> ParquetWriter::open(
    ParquetColumns /*columns*/,  // NOLINT(performance-unnecessary-value-param)
    const ParquetWriterOptions& options) {
  return fail(ErrorKind::usage, "cannot convert to", options.where,
              "it would be Parquet, and this weir was built without DuckDB and so without Parquet",
              "use a weir with DuckDB, or convert to CSV");
}

}  // namespace weir
