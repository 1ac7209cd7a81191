#include "weir/time_unit.h"

#include "weir/period.h"

namespace weir {
namespace {

constexpr DayNumber week_days = 7;

// 0 is Monday; 1970-01-01 was a Thursday.
int weekday_of(DayNumber day) {
  return ((day + 3) % week_days + week_days) % week_days;
}

// A week belongs to the year that has its Thursday.
int week_year(DayNumber monday) {
  return to_civil(monday + 3).year;
}

DayNumber first_monday(int year) {
  const DayNumber fourth = to_day_number({year, 1, 4});  // always in week 1
  return fourth - weekday_of(fourth);
}

}  // namespace

DayNumber unit_of(DayNumber day, By by) {
  const CivilDate date = to_civil(day);
  switch (by) {
    case By::day: break;
    case By::week: return day - weekday_of(day);
    case By::month: return to_day_number({date.year, date.month, 1});
    case By::year: return to_day_number({date.year, 1, 1});
  }
  return day;
}

DayNumber unit_after(DayNumber first_day, By by) {
  const CivilDate date = to_civil(first_day);
  switch (by) {
    case By::day: break;
    case By::week: return first_day + week_days;
    case By::month: return first_day + days_in_month(date.year, date.month);
    case By::year: return to_day_number({date.year + 1, 1, 1});
  }
  return first_day + 1;
}

DayNumber unit_before(DayNumber first_day, By by) {
  return unit_of(first_day - 1, by);
}

std::optional<DayNumber> unit_a_year_before(DayNumber first_day, By by) {
  CivilDate date = to_civil(first_day);
  --date.year;
  switch (by) {
    case By::day:
    case By::month:
      if (!is_valid(date)) return std::nullopt;
      return to_day_number(date);
    case By::week: {
      const int year = week_year(first_day);
      const DayNumber then = first_monday(year - 1) + (first_day - first_monday(year));
      if (week_year(then) != year - 1) return std::nullopt;
      return then;
    }
    case By::year: break;
  }
  return std::nullopt;
}

}  // namespace weir
