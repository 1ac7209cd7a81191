// Rows written as Parquet: typed, in the order of time, compressed by zstd.
//
// What type a column can have is known only when every row has been seen, and rows come in no order. So they are taken
// first, as text and with what was read of it, and written after.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "decode/decode.h"
#include "weir/result.h"

namespace weir {

// The columns to write, in order, and which of them have types of their own; -1: there is none. Tags are lists; the
// others are of the type that all their texts have.
struct ParquetColumns {
  std::vector<std::string> names;  // not empty, and no two that differ in capitals only
  int id = -1;
  int time = -1;
  int tags = -1;
};

// Text is no type: the column is written as it was.
struct ParquetTypes {
  enum class Time { text, day, time };
  bool id_is_uuid = false;  // each as DuckDB writes it, in small letters
  Time time = Time::text;
};

struct ParquetWriterOptions {
  unsigned threads = 1;
  std::uint64_t memory_limit_bytes = 0;  // past it rows are spilled to $TMPDIR; 0: 512 MiB
  std::string where;                     // what messages call what is written
};

// Not thread-safe.
class ParquetWriter {
 public:
  virtual ~ParquetWriter() = default;
  // Fails (usage) where the program is built without DuckDB.
  [[nodiscard]] static Result<std::unique_ptr<ParquetWriter>> open(ParquetColumns columns,
                                                                   const ParquetWriterOptions& options);

  // Drains as many readers of `reader`, which is called by several threads at once, as there are threads. Once. A
  // batch's columns are the writer's, as text, of which an empty one is NULL; times_us is read of the time's (of rows
  // without one no_time_us), and lists of the tags', where there is such a column. Errors: the readers'; no room to
  // spill.
  virtual Status take(const std::function<std::unique_ptr<RowReader>()>& reader) = 0;

  // How many of the rows taken are of each day, ascending; no_day comes first, for those without a time.
  struct DayRows {
    DayNumber day;
    std::uint64_t rows;
  };
  [[nodiscard]] virtual Result<std::vector<DayRows>> days() = 0;

  // The rows of the days from `first` to `last` to `path`, a file that is there or not; perhaps none. In the order of
  // time, then of line. Returns how many there are by the footer of the file, once it is as many as were written.
  virtual Result<std::uint64_t> write(const ParquetTypes& types, DayNumber first, DayNumber last,
                                      const std::string& path) = 0;
};

}  // namespace weir
