// The fast path: all records of one block of a dump, from a known beginning of a record on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/simd_level.h"
#include "decode/csv_record.h"
#include "decode/record_index.h"
#include "decode/structure.h"
#include "weir/batch.h"

namespace weir::csv {

// What does not change over a dump.
struct Layout {
  char delimiter = ',';
  std::size_t columns = 0;   // of the header
  std::vector<int> slots;    // column → index into RowBatch::columns, -1: not asked for
  std::size_t selected = 0;  // number of slots in use
  struct Pick {
    std::size_t column;
    std::size_t slot;
  };
  std::vector<Pick> picks;               // the columns asked for, ascending
  std::size_t batch_records = SIZE_MAX;  // rows and rejects to collect at a time
  SimdLevel simd = SimdLevel::portable;
};

// What is known of a block's bytes: kept from piece to piece of it, and its room from block to block. Not thread-safe.
class Survey {
 public:
  void begin(std::string_view block, const Layout& layout);
  [[nodiscard]] RecordIndex& index() { return index_; }
  // Of the whole block; found when it is first asked for, since most blocks are read without it.
  [[nodiscard]] const Structure& structure();

 private:
  std::string_view block_;
  char delimiter_ = ',';
  SimdLevel level_ = SimdLevel::portable;
  RecordIndex index_;
  Structure structure_;
  bool structure_known_ = false;
};

// Collects rows into a RowBatch. Values that had to be unescaped live in `unescaped`, as long as the batch.
class RowCollector {
 public:
  explicit RowCollector(const Layout& layout) : layout_(layout) {}
  // Starts over with `batch`, which must outlive the calls up to the next begin().
  void begin(RowBatch& batch) {
    batch_ = &batch;
    clear();
  }
  void clear();
  // Makes room so that rows may be put at index batch.rows without a check.
  void reserve(std::size_t more_rows);
  void put(std::size_t column, const FieldSpan& field) {
    const int slot = layout_.slots[column];
    if (slot < 0) return;
    cells_[static_cast<std::size_t>(slot)][batch_->rows] = field.escaped ? unescaped(field.text) : field.text;
  }
  void end_row(std::uint32_t line, std::string_view record);
  void reject(std::uint32_t line, std::string reason, std::string_view record);
  void add_exact(const Record& record, std::string_view text, const std::vector<FieldSpan>& fields, std::uint32_t line);

  // For whoever writes many rows at once: where the next row's values go, for as many as room was made for.
  [[nodiscard]] std::string_view* cells(std::size_t slot) { return cells_[slot] + batch_->rows; }
  [[nodiscard]] std::uint32_t* lines() { return batch_->lines.data() + batch_->rows; }
  [[nodiscard]] std::string_view* records() { return batch_->records.data() + batch_->rows; }
  void end_rows(std::size_t count) { batch_->rows += count; }
  // `text` with its doubled quotes undone, as long as the batch.
  [[nodiscard]] std::string_view unescaped(std::string_view text);

 private:
  const Layout& layout_;
  RowBatch* batch_ = nullptr;
  std::vector<std::string_view*> cells_;  // of each of the batch's columns
  std::deque<std::string> unescaped_;
};

// Where parsing a block ended.
struct BlockEnd {
  bool full = false;        // batch_records were collected: the block's next record begins at `tail`
  std::size_t tail = 0;     // offset of the record that the block does not finish; the block's size when there is none
  std::uint32_t lines = 0;  // line feeds from the start up to `tail`
  bool skipping = false;    // the unfinished record is a reject whose end is the next LF
  std::string skip_reason;
};

// Parses `block` from `start`, at most layout.batch_records of it, line numbers counted from 0. `at_end`: the dump ends
// with the block. nullopt when there are more rejects than `rejects_max`: whoever only guessed where a record begins
// had better wait and know. `survey` is the block's.
[[nodiscard]] std::optional<BlockEnd> parse_block(std::string_view block, std::size_t start, bool at_end,
                                                  const Layout& layout, Survey& survey, std::size_t rejects_max,
                                                  RowCollector& rows);

}  // namespace weir::csv
