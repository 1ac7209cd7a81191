// Records that cross from one block of a dump into the next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "decode/csv_block.h"
#include "weir/batch.h"

namespace weir::csv {

// What a block hands to the next one.
struct Boundary {
  std::uint64_t line = 1;   // on which the next, or the carried, record begins
  std::string carry;        // the beginning of a record that goes on; while skipping, what is kept of a reject
  std::size_t parsed = 0;   // bytes of `carry` that were parsed in vain: it is not tried again before it has doubled
  std::string skip_reason;  // not empty: a reject that ends at the next LF
  std::uint64_t skipped_lines = 0;
};

// The rows that one reader found at the seams of its current block. cross() tells where they end, which others wait
// for; collect() then gets them, layout.batch_records at a time: a line refused for an unclosed quote leaves the next
// one to be judged, and so a seam of 16 MiB may hold millions. Not thread-safe.
class Crossing {
 public:
  explicit Crossing(const Layout& layout) : layout_(layout), collector_(layout) {}

  // Completes in `block` what the blocks before left unfinished. Returns where the first record of the block's own
  // begins, with boundary.line its line; nullopt when the unfinished record goes on past this block too. `last`: the
  // dump ends with the block. Forgets what the call before found.
  [[nodiscard]] std::optional<std::size_t> cross(std::string_view block, bool last, Boundary& boundary);

  // Whether there is something left to collect.
  [[nodiscard]] bool more() const { return next_ < end_ || skipped_.has_value(); }
  // Gets the next records that cross() passed, in place of those it got before.
  void collect();

  // Puts what collect() got behind the block's own rows, whose lines are relative to `first_line`, and makes all line
  // numbers right. The rows' views live until the next collect() or cross().
  void merge_into(RowBatch& batch, RowCollector& rows, std::uint64_t first_line);

 private:
  std::size_t end_skipping(std::string_view block, std::size_t lf, Boundary& boundary);
  std::optional<std::size_t> cross_carry(std::string_view block, bool last, Boundary& boundary);
  void extend_seam(std::string_view block, std::size_t& taken);

  const Layout& layout_;
  std::size_t next_ = 0;           // in the seam: what is to be collected yet
  std::size_t end_ = 0;            // where that ends
  std::uint64_t next_line_ = 0;    // of next_
  bool at_end_ = false;            // the dump ends with the seam
  std::optional<Reject> skipped_;  // a reject that ended in the block, to be collected
  RowBatch found_;
  std::vector<std::uint64_t> lines_;  // of found_'s rows
  RowCollector collector_;            // owns what was unescaped in found_
  std::string seam_;                  // what was carried, and as much of the block as it took
  std::vector<FieldSpan> fields_;
  DeadEnds dead_ends_;  // of the seam
};

// Puts what `block` leaves unfinished into `boundary` for the next one.
void leave(std::string_view block, const BlockEnd& end, Boundary& boundary);

}  // namespace weir::csv
