// Rows with what their texts say, and whether a type could say the same.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "clean/clean.h"
#include "clean/text_arena.h"
#include "convert/rejections.h"
#include "decode/decode.h"
#include "parquet/parquet_writer.h"
#include "weir/progress.h"

namespace weir::converting {

// What all rows of the columns that may have types have in common. Thread-safe: each row can only rule out.
struct Findings {
  std::atomic<std::uint64_t> rows{0};
  std::atomic<bool> times{true};  // each text is a time, to the microsecond, or empty
  std::atomic<bool> dates{true};  // and written as a date alone
  std::atomic<bool> uuids{true};
  [[nodiscard]] ParquetTypes types() const;
};

// Fills times_us and lists of each batch, and leaves its texts as they are. Rejects go to `rejections`. All but the
// reader outlive it.
class TypingReader final : public RowReader {
 public:
  TypingReader(std::unique_ptr<RowReader> rows, const ParquetColumns& columns, Findings& findings,
               Rejections& rejections, Progress* progress);
  Result<bool> next(RowBatch& batch) override;

 private:
  void read_times(RowBatch& batch);
  void read_lists(RowBatch& batch);
  void look_at_ids(const RowBatch& batch);

  std::unique_ptr<RowReader> rows_;
  const ParquetColumns& columns_;
  Findings& findings_;
  Rejections& rejections_;
  Progress* progress_;
  TextArena texts_;  // of the batch's lists
};

// For tests.
[[nodiscard]] bool is_uuid_as_written(std::string_view text);      // 36 bytes, small letters
[[nodiscard]] bool is_date_as_written(std::string_view text);      // of a time: 2021-04-24
[[nodiscard]] bool is_cut_to_microseconds(std::string_view text);  // of a time: it has more digits than are read

}  // namespace weir::converting
