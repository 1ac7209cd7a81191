// Where the fields and records of a block end, found ahead of whoever reads them, some KiB at a time.
//
// Within such a window every step is one pass over bit maps (structure.h, bit_scan.h): which bytes are inside quotes;
// the separators that are not; their positions. That holds for records whose quotes are where RFC 4180 has them. Where
// one is not (it opens in the middle of a field, or text stands behind it), the index ends just before: it knows
// nothing of that record, and begins anew behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/simd_level.h"
#include "decode/structure.h"

namespace weir::csv {

// Not thread-safe. Positions are offsets into the block, which is shorter than 1 GiB and outlives its use.
class RecordIndex {
 public:
  // Greater than any position.
  static constexpr std::uint32_t end_mark = UINT32_MAX;

  void begin(std::string_view block, char delimiter, SimdLevel level);

  // Makes `record`, where a record begins, the next one. Cheap when that is where some record of the window begins.
  void seek(std::size_t record);
  // Indexes the next window. False: nothing can be said of the record that comes next.
  bool extend();

  // From the next record on. The entry before the first is there to be read: the byte before the record, in 32 bits.
  [[nodiscard]] std::span<const std::uint32_t> separators() const { return separators_.rest(); }
  // Those separators that are LF: a record's last.
  [[nodiscard]] std::span<const std::uint32_t> line_feeds() const { return line_feeds_.rest(); }
  // The lists below are followed by an end_mark.
  // Quotes that follow a quote within a field; line feeds inside quotes.
  [[nodiscard]] const std::uint32_t* doubled_quotes() const { return doubled_.rest(); }
  [[nodiscard]] const std::uint32_t* inner_line_feeds() const { return inner_.rest(); }
  // The first bytes of 64, of which one at least is suspect.
  [[nodiscard]] const std::uint32_t* suspects() const { return suspects_.rest(); }

  // The next `records`, of which the last ends at the separator `separators` - 1, were read.
  void advance(std::size_t records, std::size_t separators);

 private:
  // Positions of which the first were read already. `all` holds room that is not in use, so that growing and shrinking
  // costs nothing.
  struct Positions {
    std::vector<std::uint32_t> all;
    std::size_t next = 0;
    std::size_t end = 0;
    [[nodiscard]] std::span<const std::uint32_t> rest() const { return std::span(all).subspan(next, end - next); }
    [[nodiscard]] std::span<std::uint32_t> unused() { return std::span(all).subspan(end); }
    void drop(std::size_t count);  // the first
  };
  // Positions of what few records have, then an end_mark.
  struct RarePositions {
    std::vector<std::uint32_t> all;
    std::size_t next = 0;
    [[nodiscard]] const std::uint32_t* rest() const { return all.data() + next; }
    void clear();
    void skip_to(std::size_t position);
    void drop_read();  // and the mark
  };

  // Bits of one word.
  struct Rare {
    std::uint64_t misplaced;
    std::uint64_t doubled;  // quotes
    std::uint64_t inner;    // line feeds
  };

  void restart(std::size_t record);
  void forget_read();
  [[nodiscard]] std::size_t combine(std::size_t words);
  [[nodiscard]] std::uint64_t note_rare(std::size_t word, Rare rare);
  void append_positions(std::size_t words);

  std::string_view block_;
  char delimiter_ = ',';
  SimdLevel level_ = SimdLevel::portable;

  std::size_t record_ = 0;        // where the next record begins
  std::size_t window_ = 0;        // where the next window begins: a multiple of 64
  std::size_t window_words_ = 0;  // its length
  bool broken_ = false;           // a misplaced quote: nothing more can be indexed from here

  // What the word before leaves to the next one: bit 0 follows a separator, a closing quote, or is inside.
  std::uint64_t after_separator_ = 0;
  std::uint64_t after_closing_ = 0;
  bool open_ = false;

  Structure bits_;  // of the window; separators and line feeds inside quotes are taken out of it
  std::vector<std::uint64_t> inside_;
  Positions separators_, line_feeds_;
  RarePositions doubled_, inner_, suspects_;
};

}  // namespace weir::csv
