// DuckDB's vectors as the columns of a RowBatch.
#pragma once

#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "parquet/layout.h"
#include "weir/batch.h"

namespace weir::parquet {

// What one reader makes of the vectors that weir_take() gets: the row number (BIGINT, from 0), then the columns that
// are read. Not thread-safe.
class RowValues {
 public:
  struct Plan {
    std::vector<const Column*> read;  // the selected ones first
    std::size_t selected = 0;
    int times = -1;  // which of them comes in RowBatch::times_us, and in RowBatch::lists
    int lists = -1;
    bool judges = true;  // whether a text can refuse its row
  };
  explicit RowValues(const Plan& plan) : plan_(plan) {}

  // The batch, and its record_text while it holds, are views into `chunk` (a duckdb_data_chunk) and into this.
  void fill(void* chunk, RowBatch& batch);

 private:
  struct Refused {
    std::size_t row;
    const char* reason;
  };
  void fill_texts(std::size_t column, std::vector<std::string_view>& out);
  void fill_times(std::size_t column, std::vector<std::int64_t>& out) const;
  void fill_lists(std::size_t column, ListColumn& out) const;
  void judge(std::vector<Refused>& refused) const;
  void leave_out(const std::vector<Refused>& refused, RowBatch& batch);
  // Of the row in the vectors. Empty for NULL.
  void append_text(std::size_t column, std::size_t row, std::string& out) const;
  [[nodiscard]] std::string record(std::size_t row) const;

  const Plan& plan_;
  void* chunk_ = nullptr;
  std::size_t rows_ = 0;
  std::vector<std::size_t> origins_;           // of the batch's rows in the vectors, where some were left out
  std::pmr::monotonic_buffer_resource arena_;  // written texts of the batch
};

}  // namespace weir::parquet
