// The rows of one sample dump, as CSV text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sample/population.h"
#include "sample/random.h"
#include "weir/period.h"

namespace weir::sample {

inline constexpr std::string_view header_line = "id,timestamp,email,country,ip,uri,action,tags\n";

// The header line, then the rows in order of their day: first about one in 1,000 dated on the day before the period,
// then the period's days, working days fuller than weekends. About one row in 10,000 repeats the id of the row before
// it; one in 500 has no email, one in 700 no country. The same population, period and number of rows give the same
// bytes, always.
class DumpRows {
 public:
  DumpRows(const Population& population, std::uint64_t seed, const Period& period, std::uint64_t rows);
  // Appends some more text (about 64 KiB) to `out`; false, and nothing appended, when all was given.
  bool append_to(std::string& out);

 private:
  void append_row(std::string& out);
  void append_id(std::string& out);
  void append_tags(std::string& out);
  void advance_day();

  const Population& population_;
  Random random_;
  std::uint64_t rows_;
  std::uint64_t row_ = 0;
  bool header_given_ = false;
  DayNumber day_;                        // of the next row
  std::vector<std::uint64_t> day_ends_;  // row number at which each day ends, from the day before the period on
  std::size_t day_index_ = 0;
  std::string date_;
  std::uint64_t id_high_ = 0;
  std::uint64_t id_low_ = 0;
};

// How many rows of `rows` in a month fall on each of its days, first to last: what each dump of a daily tree holds.
[[nodiscard]] std::vector<std::uint64_t> rows_by_day(const Period& period, std::uint64_t rows);

}  // namespace weir::sample
