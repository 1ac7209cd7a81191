// Rows as CSV, compressed or not.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "convert/new_file.h"
#include "weir/batch.h"
#include "weir/result.h"

namespace weir::converting {

enum class Compression { none, gzip, zstd };

// Bytes into a file, in one member or frame. Not thread-safe.
class Compressor {
 public:
  virtual ~Compressor() = default;
  virtual Status write(std::string_view bytes) = 0;
  virtual Status finish() = 0;
};
// `file` outlives it.
[[nodiscard]] Result<std::unique_ptr<Compressor>> make_compressor(Compression compression, NewFile& file);

// Appends the line of the column names. What could be taken for another delimiter is quoted.
void append_header(const std::vector<std::string>& columns, std::string& out);
// Appends the batch's rows, columns as text, in the order of their lines.
void append_rows(const RowBatch& batch, std::string& out);

}  // namespace weir::converting
