// Days, periods and ranges of periods: the calendar that the rest of weir speaks. Value types, all functions are pure.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weir/event.h"
#include "weir/result.h"

namespace weir {

// Proleptic Gregorian, UTC. Algorithms: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
struct CivilDate {
  int year = 1970;
  int month = 1;  // 1–12
  int day = 1;    // 1–31
  friend auto operator<=>(const CivilDate&, const CivilDate&) = default;
};
[[nodiscard]] DayNumber to_day_number(const CivilDate& date);
[[nodiscard]] CivilDate to_civil(DayNumber day);
[[nodiscard]] bool is_valid(const CivilDate& date);
[[nodiscard]] int days_in_month(int year, int month);
[[nodiscard]] std::string format_day(DayNumber day);  // "2021-04-24"

enum class Granularity { month, day };

// The month or the day whose dump it is. Ordered by first day, a month before its first day's period.
struct Period {
  int year = 1970;
  int month = 1;
  int day = 0;  // 0: the whole month
  [[nodiscard]] Granularity granularity() const { return day == 0 ? Granularity::month : Granularity::day; }
  [[nodiscard]] DayNumber first_day() const;
  [[nodiscard]] DayNumber last_day() const;
  [[nodiscard]] Period next() const;
  friend auto operator<=>(const Period&, const Period&) = default;
};
[[nodiscard]] std::string to_string(const Period& period);                // "2021-04", "2021-04-24"
[[nodiscard]] std::optional<Period> parse_period(std::string_view text);  // exactly those two forms
[[nodiscard]] bool overlap(const Period& a, const Period& b);             // share at least one day

// What a PERIOD argument asks for. `single`: one period was named (so its absence is exit 4); a range only reports
// gaps.
struct PeriodRange {
  Period first;
  Period last;
  bool single = false;
  bool open_ended = false;  // "2019-01..": up to now
};

// PERIOD of the command line: 2021-04 · 2021-04-24 · 2021 · 2021-01..2021-04 · 2019-01.. · last-month · yesterday.
// `today` anchors the relative ones. A month asked of a daily source is its days; a day asked of a monthly one is a
// usage error that says so. An open end reaches to the period that holds `today`.
[[nodiscard]] Result<PeriodRange> parse_period_range(std::string_view text, Granularity granularity, DayNumber today);
[[nodiscard]] std::vector<Period> periods_of(const PeriodRange& range);

// SINCE/UNTIL of the command line: 2019 · 2019-06 · 2019-06-15; inclusive, so `until 2019` is its last day.
[[nodiscard]] Result<DayNumber> parse_since(std::string_view text);
[[nodiscard]] Result<DayNumber> parse_until(std::string_view text);

// Gaps between the first and last loaded period of one granularity, within [since, until] (shared by status and
// coverage). Of a source that holds months and days, each is looked at by itself, and what the other covers is no gap.
// A period is within when it has a day there. Ascending.
[[nodiscard]] std::vector<Period> missing_periods(const std::vector<Period>& loaded, std::optional<DayNumber> since,
                                                  std::optional<DayNumber> until);

}  // namespace weir
