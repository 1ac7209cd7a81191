#include "convert/day_split.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

namespace weir::converting {
namespace {

using DayRows = ParquetWriter::DayRows;

std::optional<Period> fullest_month(std::span<const DayRows> days) {
  std::map<Period, std::uint64_t> months;
  for (const DayRows& day : days) {
    if (day.day == no_day) continue;
    const CivilDate date = to_civil(day.day);
    months[{date.year, date.month, 0}] += day.rows;
  }
  const auto fullest =
      std::ranges::max_element(months, {}, [](const auto& month) { return month.second; });  // the first of several
  return fullest == months.end() ? std::nullopt : std::optional(fullest->first);
}

Period period_of(DayNumber day) {
  const CivilDate date = to_civil(day);
  return {date.year, date.month, date.day};
}

}  // namespace

Result<DaySplit> split_by_day(std::span<const DayRows> days, std::optional<Period> told, const std::string& uri) {
  const std::optional<Period> fullest = fullest_month(days);
  if (!fullest) {
    return fail("cannot split by day", uri, "none of its rows has a time",
                "convert it to one file: weir convert SRC DST");
  }
  DaySplit split;
  split.period = told.value_or(*fullest);
  const DayNumber first = split.period.first_day();
  const DayNumber last = split.period.last_day();
  DayNumber from = last;
  DayNumber to = first;
  for (const DayRows& day : days) {
    if (day.day == no_day) {
      split.without_time += day.rows;
      continue;
    }
    if (day.day < first) split.before += day.rows;
    if (day.day > last) split.after += day.rows;
    from = std::min(from, std::clamp(day.day, first, last));
    to = std::max(to, std::clamp(day.day, first, last));
  }
  for (DayNumber day = from; day <= to; ++day) split.files.push_back({period_of(day), day, day});
  split.files.front().first = no_day;  // which is less than any day
  split.files.back().last = std::numeric_limits<DayNumber>::max();
  return split;
}

std::string day_path(const std::string& folder, const Period& day) {
  std::string path = folder;
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return fmt::format("{}{}{:04}/{:02}/{:02}/events.parquet", path, path.ends_with('/') ? "" : "/", day.year, day.month,
                     day.day);
}

}  // namespace weir::converting
