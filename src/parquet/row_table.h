// Rows on their way into DuckDB: the table function weir_rows().
//
// Text is not copied on the way: a vector's strings point into the reader's batch, which stays as it is until the lane
// is asked for its next chunk, and by then DuckDB has taken the former one in.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "decode/decode.h"
#include "parquet/engine.h"

namespace weir::parquet {

// Thread-safe once it is registered; outlives the statement that reads it.
class RowTable {
 public:
  // `columns`: how many a batch has; `lists_column`: which of them is a list, -1: none.
  RowTable(std::size_t columns, int lists_column, unsigned threads, std::function<std::unique_ptr<RowReader>()> reader);
  ~RowTable();
  RowTable(const RowTable&) = delete;
  RowTable& operator=(const RowTable&) = delete;

  // weir_rows(): c0, c1, … of text, or of a list; t, the time in microseconds, and d, its day, of which no_time_us and
  // no_day stand for none; n, the line.
  Status register_on(Connection& connection);
  // What a reader said; DuckDB's error then only says that there was one.
  [[nodiscard]] std::optional<Error> error();

  // What DuckDB's callbacks use.
  [[nodiscard]] std::size_t columns() const { return columns_; }
  [[nodiscard]] bool is_list(std::size_t column) const { return static_cast<int>(column) == lists_column_; }
  [[nodiscard]] unsigned threads() const { return threads_; }
  struct Lane;
  Lane* open_lane();
  // Fills the next vectors of a duckdb_data_chunk, none at the end. False: there was an error.
  bool fill(Lane& lane, void* chunk);

 private:
  Result<bool> refill(Lane& lane);

  const std::size_t columns_;
  const int lists_column_;
  const unsigned threads_;
  const std::function<std::unique_ptr<RowReader>()> reader_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::optional<Error> error_;
  std::atomic<bool> stopped_{false};  // there is an error_
};

}  // namespace weir::parquet
