// Bytes to rows. The decode stage's public face: decompression, and CSV read by several threads at once.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/simd_level.h"
#include "weir/batch.h"
#include "weir/progress.h"
#include "weir/result.h"
#include "weir/source.h"

namespace weir {

// Wraps `stored` so that it yields plain bytes: gzip (every member; a trailing part of one is corruption) and zstd
// (every frame) are told by their first bytes; anything else passes through, Parquet as it is stored, which its reader
// wants. Fails on other known formats (zip, bzip2, xz) with what to do. Bytes taken from `stored` are counted in
// progress->bytes_read (may be null), and hashed when `content_hash` is non-null: "xxh3-128:<hex>" is written there
// once the end was reached.
struct Decompressed {
  std::unique_ptr<ByteStream> bytes;
  bool is_parquet = false;
};
[[nodiscard]] Result<Decompressed> decompress(std::unique_ptr<ByteStream> stored, Progress* progress,
                                              std::string* content_hash);

struct CsvOptions {
  std::optional<char> delimiter;  // nullopt: told from the header line (, ; tab |)
  bool has_header = true;
  std::vector<std::string> columns;  // names, where there is no header
  // Any level that the processor has gives the same rows; tests try them all.
  SimdLevel simd = best_simd_level();
  // How much is read and parsed at a time by one thread. Any value ≥ 1 gives the same rows; tests use tiny ones.
  std::size_t block_bytes = std::size_t{512} * 1024;
  // The most rows and rejects that a batch gets of one block: a block of very short lines comes in several, so that
  // what a reader holds stays small whatever the dump is. Another as many may come of what crosses into the block. Any
  // value ≥ 1 gives the same rows.
  std::size_t batch_records = 16'384;
};

// One thread's end; see EventReader for the rules, which are the same.
class RowReader {
 public:
  virtual ~RowReader() = default;
  virtual Result<bool> next(RowBatch& batch) = 0;
};

// A dump of rows being read, whatever its format: select() says which columns to decode; then readers may be taken,
// from any thread.
class RowDump {
 public:
  virtual ~RowDump() = default;
  [[nodiscard]] virtual const std::vector<std::string>& columns() const = 0;
  virtual void select(std::vector<int> column_indexes) = 0;
  // Which of the selected columns may come in RowBatch::times_us and RowBatch::lists, where they are stored so; -1:
  // none. Between select() and reader(). Formats without types have nothing to do.
  virtual void admit_types([[maybe_unused]] int times_column, [[maybe_unused]] int lists_column) {}
  // Columns that decide whether a row can be read, whatever is selected. CSV judges a record by all of them anyway.
  virtual void judge_by([[maybe_unused]] const std::vector<int>& column_indexes) {}
  [[nodiscard]] virtual std::unique_ptr<RowReader> reader() = 0;
};

// A CSV dump. open() reads up to the header. Every row is judged over the whole record, whatever is selected.
//
// The format, and what rejects a row, is described in decode/csv_record.h, next to the reference parser that defines
// it.
class CsvDump : public RowDump {
 public:
  // Fails (kind failed) on an empty file, on bytes that are no text, on a header line that is no record; kind usage
  // when there is no header and no column names were given.
  static Result<std::unique_ptr<CsvDump>> open(std::unique_ptr<ByteStream> plain, const CsvOptions& options);
};

}  // namespace weir
