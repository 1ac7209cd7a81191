// One CSV record, judged exactly. This is the slow and complete parser: the fast path of csv_block.cpp hands it
// whatever is not plain, and records that cross a block's edge. Both must agree; the tests hold them against a third,
// independent one.
//
// The format is RFC 4180 as the contract widens and narrows it:
//  - A record ends at LF, CRLF, or the end of the dump (there also after a lone CR). Other CRs are data. An empty line
//  is no
//    record.
//  - A field that begins with a quote ends at the next quote that is not doubled, and holds delimiters and line ends
//    literally. A quote anywhere else in a field is literal.
//  - Malformed records, each of which is one reject:
//      a quote not closed within 1 MiB (or before the end): the reject is the physical line on which the record began,
//      and
//        reading resumes on the next physical line;
//      text after a closing quote, a field over 1 MiB: the record ends at the next LF, whatever stands before it, so
//      that a
//        broken row never swallows its neighbours;
//      a record over 16 MiB: it ends at the first LF past that.
//  - Well-formed records that are rejected: a NUL byte, invalid UTF-8, a number of fields other than the header's; told
//  in
//    this order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::csv {

inline constexpr std::size_t field_limit_bytes = std::size_t{1} << 20;
inline constexpr std::size_t record_limit_bytes = std::size_t{16} << 20;

inline constexpr const char* reason_unclosed = "quote not closed within 1 MiB";
inline constexpr const char* reason_after_quote = "text after a closing quote";
inline constexpr const char* reason_long_field = "field over 1 MiB";
inline constexpr const char* reason_long_record = "record over 16 MiB";
inline constexpr const char* reason_nul = "NUL byte";
inline constexpr const char* reason_utf8 = "invalid UTF-8";
// "7 fields, expected 8"
[[nodiscard]] std::string reason_field_count(std::size_t found, std::size_t expected);

// One field: its text without the enclosing quotes; `escaped` when doubled quotes are still in it.
struct FieldSpan {
  std::string_view text;
  bool escaped = false;
};

enum class RecordKind {
  row,         // fields[] holds it
  blank,       // an empty line
  reject,      // `reason`
  unfinished,  // the text ends before the record does, and more is to come
  skipping,    // a reject whose end is the next LF, which the text does not hold: `reason` is known, the rest is to be
               // skipped
};

struct Record {
  RecordKind kind = RecordKind::unfinished;
  std::size_t length = 0;      // bytes to go on, line end included (row, blank, reject)
  std::size_t raw_length = 0;  // bytes of the record itself, without its line end
  std::uint32_t lines = 0;     // line feeds within `length`
  std::string reason;          // reject, skipping
};

// Where fields begin that lead to a quote that is not closed. Of such a record only one physical line is refused; the
// next line's record most often takes the same way to the same quote, and is told of it here instead of walking there
// again. Two walks that differ are, at every line feed, one inside quotes and one not, and the latter ends there: so
// no byte is walked by more than two of them, and refusing costs no more than in proportion to the text. Holds a bit
// for each byte of the text, from the first field it notes on. Not thread-safe.
class DeadEnds {
 public:
  // Forgets all, and is of the text at `origin` from now on.
  void reset(const char* origin) {
    origin_ = origin;
    bits_.clear();
  }
  void add(const char* field) {
    const std::size_t at = offset(field);
    if (at / 64 >= bits_.size()) bits_.resize(at / 64 + 1);
    bits_[at / 64] |= std::uint64_t{1} << (at % 64);
  }
  [[nodiscard]] bool contains(const char* field) const {
    const std::size_t at = offset(field);
    return at / 64 < bits_.size() && (bits_[at / 64] >> (at % 64) & 1U) != 0;
  }
  // Whether a field at or behind `position` may be one.
  [[nodiscard]] bool ahead(const char* position) const { return offset(position) / 64 < bits_.size(); }

 private:
  [[nodiscard]] std::size_t offset(const char* at) const { return static_cast<std::size_t>(at - origin_); }

  const char* origin_ = nullptr;
  std::vector<std::uint64_t> bits_;
};

// For a record whose number of fields nobody knows yet: the header.
inline constexpr std::size_t any_field_count = SIZE_MAX;

// Parses the record at the beginning of `text`. `at_end`: nothing follows `text` in the dump. `fields` is overwritten
// and gets at most `expected_fields`: a record of sixteen million commas costs no more memory than its text.
// `dead_ends` is of the buffer that holds `text`, and grows. What it knows must hold for `text`, too: the buffer may
// have grown since, no more.
[[nodiscard]] Record parse_record(std::string_view text, bool at_end, char delimiter, std::size_t expected_fields,
                                  std::vector<FieldSpan>& fields, DeadEnds& dead_ends);

// Undoes doubled quotes; appends to `out`.
void unescape(std::string_view text, std::string& out);

}  // namespace weir::csv
