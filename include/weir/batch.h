// What flows between the stages: columns, never row structs.
//
// Two shapes. A RowBatch is what a decoder hands to cleaning: the raw text of the columns somebody asked for. An
// EventBatch is what cleaning hands to counting and to stores. Both hold views into buffers owned by the reader that
// filled them: they are valid until the next call of that reader's next(), on the thread that called it. Whoever keeps
// a value copies it.
//
// Validity: a std::string_view whose data() is nullptr is NULL; an empty view with a non-null data() does not occur in
// an EventBatch (an empty field is NULL there), but does in a RowBatch.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "weir/event.h"
#include "weir/result.h"

namespace weir {

// A row that could not be read as an event. `line` is the physical line on which its record began, 1-based, in the
// whole dump. `raw` keeps at most reject_raw_max_bytes of the record, invalid bytes written as \xHH.
struct Reject {
  std::uint64_t line = 0;
  std::string reason;
  std::string raw;
};
inline constexpr std::size_t reject_raw_max_bytes = 8192;

// Lists of text, one per row: row r holds values[offsets[r]] up to values[offsets[r + 1]]. An empty list is NULL.
struct ListColumn {
  std::vector<std::uint32_t> offsets;  // rows + 1 entries
  std::vector<std::string_view> values;
};

// Decoded, not yet cleaned. columns[i] belongs to the i-th selected column and has `rows` entries; quotes are undone,
// nothing is trimmed. lines[r] is the physical line of row r (its number, where rows are no lines) relative to
// `first_line`; records[r] its raw bytes without the line end. rejects are rows the decoder refused, with absolute
// lines. Rows read = rows + rejects.size().
//
// Parquet has types. Where the decoder was told that it may (RowDump::admit_types), it hands times and lists over as
// such, in times_us and lists; the entry of that column in `columns` is then empty. Rows of Parquet have no raw bytes:
// `records` is empty, and record_text(r) writes what stands for them.
struct RowBatch {
  std::size_t rows = 0;
  std::uint64_t first_line = 1;
  std::vector<std::vector<std::string_view>> columns;
  std::vector<std::int64_t> times_us;  // no_time_us: NULL. May lie outside of the years that a timestamp can have
  ListColumn lists;                    // as stored: nothing trimmed, nothing left out but NULL
  std::vector<std::uint32_t> lines;
  std::vector<std::string_view> records;
  std::function<std::string(std::size_t row)> record_text;
  std::vector<Reject> rejects;
};

// Cleaned. Columns of fields nobody asked for are empty vectors; every other has `rows` entries. Text is trimmed.
struct EventBatch {
  std::size_t rows = 0;
  std::vector<std::int64_t> timestamp_us;  // Field::timestamp
  std::vector<DayNumber> day;              // Field::day
  std::vector<std::string_view> id, email, company, country, ip, uri, action;
  ListColumn tags;  // distinct within each row
  std::vector<Reject> rejects;

  // The text column of a field; empty for timestamp, day and tags.
  [[nodiscard]] const std::vector<std::string_view>& text(Field field) const;
  [[nodiscard]] std::vector<std::string_view>& text(Field field);
};

// One thread's end of a scan. Not thread-safe; each thread has its own, and several read the same dump together.
class EventReader {
 public:
  virtual ~EventReader() = default;
  // Fills `batch` (its former content is discarded): true when it holds rows or rejects, false at the end of the dump,
  // an error when reading failed or was interrupted; after false or an error it must not be called again.
  virtual Result<bool> next(EventBatch& batch) = 0;
};

// What a whole dump turned out to be. rows_read == rows_loaded + rows_rejected, always.
struct ScanSummary {
  std::uint64_t rows_read = 0;
  std::uint64_t rows_loaded = 0;
  std::uint64_t rows_rejected = 0;
  std::uint64_t bytes = 0;       // as stored at the source, before decompression
  std::string content_hash;      // "xxh3-128:<32 hex>" of those bytes; empty unless asked for
  DayNumber first_day = no_day;  // of loaded rows; no_day when there is none
  DayNumber last_day = no_day;
  std::vector<std::string> columns;  // the header as it stands
};

// One dump being read. reader() may be called from any thread, once per thread that will read; the readers share the
// work and every batch comes out of exactly one of them, in no promised order. All readers must be drained or destroyed
// before summary() is called. The scan outlives its readers.
class EventScan {
 public:
  virtual ~EventScan() = default;
  [[nodiscard]] virtual std::unique_ptr<EventReader> reader() = 0;
  // Complete once every reader has returned false; an error if the scan was not read to its end.
  [[nodiscard]] virtual Result<ScanSummary> summary() const = 0;
};

}  // namespace weir
