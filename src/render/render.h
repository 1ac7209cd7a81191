// What every command prints as its data: answers, insights and listings, in the formats of --format.
//
// All functions are pure, thread-safe and take rows in their final order: nothing is sorted or left out here. The text
// ends in a newline and is UTF-8. Keys and cells may hold anything: JSON escapes control characters and writes U+FFFD
// for bytes that are not UTF-8; tables and markdown show both as base/text.h printable() does. CSV keeps values as they
// are, except on a terminal (TableStyle::width_columns), where they too are printable(): the one format that cannot
// escape.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "weir/question.h"
#include "weir/tags.h"
#include "weir/trend.h"

namespace weir {

enum class Format { table, json, ndjson, csv, markdown };

// By the word of --format; nullopt when it is none.
[[nodiscard]] std::optional<Format> format_named(std::string_view word);

// How a table may look. width_columns 0: not a terminal: no bars, nothing cut. Whether NO_COLOR forbids colour is for
// the caller to say; the other formats never have any.
struct TableStyle {
  bool colour = false;
  unsigned width_columns = 0;
};

// How a cell is shown to people. In json, ndjson and csv a count, bytes and seconds are plain numbers (seconds to the
// millisecond), a time is ISO 8601 in UTC with as many decimals as it has, a list is a JSON array.
enum class CellKind {
  text,
  count,    // 1,234
  bytes,    // 174.5 MB
  seconds,  // 1.9 s
  boolean,  // yes, no
  list,     // a, b
  time,     // Unix microseconds: 2026-11-24 18:23:37
  percent,  // 12.3 %, of a double; a plain number of at most three decimals for programs
  change,   // +12.3 %, the same
};

// monostate is null: null in JSON, nothing in CSV (where empty text is ""), a dash for people. A double that is no
// number and the time no_time_us are null too.
using Cell =
    std::variant<std::monostate, std::string, std::uint64_t, double, bool, std::vector<std::string>, std::int64_t>;

struct ListingColumn {
  std::string key;      // in json, ndjson and csv
  std::string heading;  // in table and markdown
  CellKind kind = CellKind::text;
  bool in_table = true;    // in table and markdown; the other formats have every column
  bool omit_null = false;  // json, ndjson: left out when null, e.g. error
};

// Rows of a ledger, a plan, …: named typed cells, so that every format says the same. Each row has one cell a column.
struct Listing {
  std::string name;  // JSON: {"name":[…]}
  std::vector<ListingColumn> columns;
  std::vector<std::vector<Cell>> rows;
  std::string empty_text;  // table, markdown: what to say when there are no rows; when empty, the headings alone
};

[[nodiscard]] std::string render(const Insights& insights, Format format, const TableStyle& style);
[[nodiscard]] std::string render(const Answer& answer, const Coverage& coverage, Format format,
                                 const TableStyle& style);
[[nodiscard]] std::string render(const TagPairs& pairs, const Coverage& coverage, Format format,
                                 const TableStyle& style);
[[nodiscard]] std::string render(const TagTrend& trend, const Coverage& coverage, Format format,
                                 const TableStyle& style);
[[nodiscard]] std::string render(const Listing& listing, Format format, const TableStyle& style);

// Over time. Programs get one row a unit (of a question: a key and unit; of cohorts: a cohort and unit), people one
// line a unit, key or cohort, with charts on a terminal that has room for them.
[[nodiscard]] std::string render(const Trend& trend, Format format, const TableStyle& style);
[[nodiscard]] std::string render(const QuestionTrend& trend, Format format, const TableStyle& style);
[[nodiscard]] std::string render(const Lifecycle& lifecycle, Format format, const TableStyle& style);
[[nodiscard]] std::string render(const Cohorts& cohorts, Format format, const TableStyle& style);

}  // namespace weir
