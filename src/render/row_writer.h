// The rows of a query as they come, in the formats of --format.
//
//   json      an array with one object a row, a row a line        ndjson    one object a row
//   csv       RFC 4180, a header line; null is nothing, "" empty  markdown  a table
//   table     columns below each other, by the widths of the first table_rows_measured rows (or the first
//             table_bytes_measured of them): those are held until then, later ones go by as they come and may run over
//
// In objects a column whose name another had before it gets _2, _3, …: name, name_2. Booleans are true and false,
// numbers stand as the database writes them, lists and objects are JSON. Null is a dash in table and markdown. Control
// characters are treated as render.h says.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include "render/render.h"
#include "weir/query.h"
#include "weir/result.h"

namespace weir {

inline constexpr std::size_t table_rows_measured = 1000;
inline constexpr std::size_t table_bytes_measured = std::size_t{1} << 20;

// Takes a piece of the output. False: nobody reads it any more.
using WriteText = std::function<Result<bool>(std::string_view)>;

// Not thread-safe. Pieces are written when 64 KiB have come together, and at the end.
class RowWriter : public RowSink {
 public:
  // After the last row of a query that succeeded: what ends the output. Without it the output is cut off, and JSON is
  // seen to be.
  virtual Status finish() = 0;
};

[[nodiscard]] std::unique_ptr<RowWriter> make_row_writer(Format format, const TableStyle& style, WriteText write);

}  // namespace weir
