#include "weir/period.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace weir {
namespace {

constexpr std::string_view period_forms =
    "write a period as 2021-04, 2021-04-24, 2021, 2021-01..2021-04, 2019-01.., last-month or yesterday";
constexpr std::string_view date_forms = "write a date as 2019, 2019-06 or 2019-06-15";

bool is_leap(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

// Exactly `digits` decimal digits at text[from].
std::optional<int> number_at(std::string_view text, std::size_t from, std::size_t digits) {
  if (from + digits > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = from; i < from + digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

// The days that a year, a month or a day covers, and which of the three it was.
struct Span {
  enum class Unit { year, month, day };
  Unit unit;
  CivilDate first;
  CivilDate last;
};

std::optional<Span> parse_span(std::string_view text) {
  if (text.size() == 4) {
    const std::optional<int> year = number_at(text, 0, 4);
    if (!year) return std::nullopt;
    return Span{Span::Unit::year, {*year, 1, 1}, {*year, 12, 31}};
  }
  const std::optional<Period> period = parse_period(text);
  if (!period) return std::nullopt;
  const auto unit = period->granularity() == Granularity::day ? Span::Unit::day : Span::Unit::month;
  return Span{unit, to_civil(period->first_day()), to_civil(period->last_day())};
}

Period period_holding(const CivilDate& date, Granularity granularity) {
  return {date.year, date.month, granularity == Granularity::day ? date.day : 0};
}

tl::unexpected<Error> bad_period(std::string_view text, std::string why, std::string_view next = period_forms) {
  return fail(ErrorKind::usage, "not a period:", fmt::format("'{}'", text), std::move(why), std::string(next));
}

// Why no span was read from `text`: a date that cannot be is told apart from one that is written otherwise.
std::string why_no_span(std::string_view text) {
  const bool month_form =
      (text.size() == 7 || text.size() == 10) && number_at(text, 0, 4) && text[4] == '-' && number_at(text, 5, 2);
  const bool day_form = text.size() == 7 || (text.size() == 10 && text[7] == '-' && number_at(text, 8, 2));
  return month_form && day_form ? "the calendar has no such date" : "it has none of the forms that are known";
}

Result<Span> span_of(std::string_view text, Granularity granularity, std::string_view whole) {
  const std::optional<Span> span = parse_span(text);
  if (!span) return bad_period(whole, why_no_span(text));
  if (span->unit == Span::Unit::day && granularity == Granularity::month) {
    return bad_period(whole, "the source has one dump a month, and this names a day",
                      fmt::format("ask for its month: {}", text.substr(0, 7)));
  }
  return *span;
}

Result<PeriodRange> range_of_days(std::string_view text, Granularity granularity, DayNumber today) {
  const std::size_t dots = text.find("..");
  WEIR_TRY_ASSIGN(const Span first, span_of(text.substr(0, dots), granularity, text));
  if (dots + 2 == text.size()) {
    const PeriodRange range{period_holding(first.first, granularity), period_holding(to_civil(today), granularity),
                            false, true};
    if (range.first <= range.last) return range;
    return bad_period(text, fmt::format("an open range ends today, {}, and this one begins later", format_day(today)),
                      "begin it earlier, or name its end too");
  }
  WEIR_TRY_ASSIGN(const Span last, span_of(text.substr(dots + 2), granularity, text));
  if (last.last < first.first) return bad_period(text, "it ends before it begins", "swap its two ends");
  return PeriodRange{period_holding(first.first, granularity), period_holding(last.last, granularity), false, false};
}

// One word or one date: `unit` tells whether it names exactly one period of the granularity.
PeriodRange range_of_span(const Span& span, Granularity granularity) {
  const bool single = span.unit == (granularity == Granularity::day ? Span::Unit::day : Span::Unit::month);
  return {period_holding(span.first, granularity), period_holding(span.last, granularity), single, false};
}

Result<Span> parse_date_bound(std::string_view text) {
  const std::optional<Span> span = parse_span(text);
  if (span) return *span;
  return fail(ErrorKind::usage, "not a date:", fmt::format("'{}'", text), why_no_span(text), std::string(date_forms));
}

}  // namespace

// days_from_civil of the cited paper: years begin in March, so that the leap day is a year's last. In 64 bits on the
// way: the last era that a DayNumber reaches begins past what 32 hold.
DayNumber to_day_number(const CivilDate& date) {
  const int year = date.month <= 2 ? date.year - 1 : date.year;
  const int era = (year >= 0 ? year : year - 399) / 400;
  const int year_of_era = year - era * 400;
  const int day_of_year = (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return static_cast<DayNumber>(std::int64_t{era} * 146097 + day_of_era - 719468);
}

// civil_from_days of the cited paper; in 64 bits, so that every DayNumber has an answer.
CivilDate to_civil(DayNumber day) {
  const std::int64_t shifted = std::int64_t{day} + 719468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const std::int64_t day_of_era = shifted - era * 146097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t march_month = (5 * day_of_year + 2) / 153;
  const int month = static_cast<int>(march_month < 10 ? march_month + 3 : march_month - 9);
  return {static_cast<int>(year_of_era + era * 400) + (month <= 2 ? 1 : 0), month,
          static_cast<int>(day_of_year - (153 * march_month + 2) / 5 + 1)};
}

int days_in_month(int year, int month) {
  static constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12) return 0;
  return month == 2 && is_leap(year) ? 29 : days[static_cast<std::size_t>(month - 1)];
}

bool is_valid(const CivilDate& date) {
  return date.day >= 1 && date.day <= days_in_month(date.year, date.month);
}

std::string format_day(DayNumber day) {
  const CivilDate date = to_civil(day);
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

DayNumber Period::first_day() const {
  return to_day_number({year, month, day == 0 ? 1 : day});
}

DayNumber Period::last_day() const {
  return to_day_number({year, month, day == 0 ? days_in_month(year, month) : day});
}

Period Period::next() const {
  return period_holding(to_civil(last_day() + 1), granularity());
}

std::string to_string(const Period& period) {
  return period.day == 0 ? fmt::format("{:04}-{:02}", period.year, period.month)
                         : fmt::format("{:04}-{:02}-{:02}", period.year, period.month, period.day);
}

std::optional<Period> parse_period(std::string_view text) {
  if (text.size() != 7 && text.size() != 10) return std::nullopt;
  const std::optional<int> year = number_at(text, 0, 4);
  const std::optional<int> month = number_at(text, 5, 2);
  if (!year || !month || text[4] != '-') return std::nullopt;
  if (text.size() == 7)
    return days_in_month(*year, *month) > 0 ? std::optional(Period{*year, *month, 0}) : std::nullopt;
  const std::optional<int> day = number_at(text, 8, 2);
  if (!day || text[7] != '-' || !is_valid({*year, *month, *day})) return std::nullopt;
  return Period{*year, *month, *day};
}

bool overlap(const Period& a, const Period& b) {
  return a.first_day() <= b.last_day() && b.first_day() <= a.last_day();
}

Result<PeriodRange> parse_period_range(std::string_view text, Granularity granularity, DayNumber today) {
  if (text == "yesterday") {
    return parse_period_range(format_day(today - 1), granularity, today).map_error([&](Error error) {
      error.where = "'yesterday'";
      return error;
    });
  }
  if (text == "last-month") {
    const CivilDate now = to_civil(today);
    const Period month{now.month == 1 ? now.year - 1 : now.year, now.month == 1 ? 12 : now.month - 1, 0};
    return parse_period_range(to_string(month), granularity, today);
  }
  if (text.find("..") != std::string_view::npos) return range_of_days(text, granularity, today);
  WEIR_TRY_ASSIGN(const Span span, span_of(text, granularity, text));
  return range_of_span(span, granularity);
}

std::vector<Period> periods_of(const PeriodRange& range) {
  std::vector<Period> periods;
  for (Period period = range.first; period <= range.last; period = period.next()) periods.push_back(period);
  return periods;
}

Result<DayNumber> parse_since(std::string_view text) {
  return parse_date_bound(text).map([](const Span& span) { return to_day_number(span.first); });
}

Result<DayNumber> parse_until(std::string_view text) {
  return parse_date_bound(text).map([](const Span& span) { return to_day_number(span.last); });
}

}  // namespace weir
