// A Parquet file as a dump of rows, like a CSV: what reads it further on need not know which of them it is.
//
// Rows are read a row group at a time, by as many readers as there are; only the selected columns are, and those that
// judge a row. Row numbers are those of the file, from 1. A row is refused where a text holds a NUL, is longer than
// 1 MiB or (where the file does not say that it is text) is not UTF-8.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "decode/decode.h"
#include "weir/result.h"

namespace weir {

// Called after a row group was read, with how many of all rows have been by now, one call at a time: for the last time
// when all have, which is also so where there are none. An error is everybody's.
using RowsRead = std::function<Status(std::uint64_t rows, std::uint64_t rows_total)>;

// `path`: a file that can be read at any place while the dump lives; `uri`: what messages call it. Fails where it is
// no whole Parquet file, is encrypted, or has no column.
[[nodiscard]] Result<std::unique_ptr<RowDump>> open_parquet(const std::string& path, const std::string& uri,
                                                            RowsRead rows_read);

}  // namespace weir
