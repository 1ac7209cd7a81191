#include "weir/time_unit.h"

#include <gtest/gtest.h>

#include "weir/answer.h"
#include "weir/period.h"

namespace weir {
namespace {

constexpr std::array every_unit{By::day, By::week, By::month, By::year};

DayNumber day(int year, int month, int of_month) {
  return to_day_number({year, month, of_month});
}

TEST(TimeUnit, ADayIsInTheUnitThatItsNameSays) {
  for (DayNumber at = day(1968, 1, 1); at < day(2031, 1, 1); ++at) {
    for (const By by : every_unit) {
      const DayNumber first = unit_of(at, by);
      EXPECT_LE(first, at);
      EXPECT_EQ(day_key(first, by), day_key(at, by));
      EXPECT_EQ(unit_of(first, by), first);
      EXPECT_NE(day_key(first - 1, by), day_key(at, by));
    }
  }
}

TEST(TimeUnit, UnitsFollowEachOther) {
  for (const By by : every_unit) {
    DayNumber at = unit_of(day(1968, 1, 1), by);
    while (at < day(2031, 1, 1)) {
      const DayNumber next = unit_after(at, by);
      EXPECT_EQ(unit_of(next - 1, by), at);
      EXPECT_EQ(unit_of(next, by), next);
      EXPECT_EQ(unit_before(next, by), at);
      at = next;
    }
  }
}

TEST(TimeUnit, AYearBeforeHasTheSameName) {
  EXPECT_EQ(unit_a_year_before(day(2021, 4, 24), By::day), day(2020, 4, 24));
  EXPECT_EQ(unit_a_year_before(day(2021, 3, 1), By::month), day(2020, 3, 1));
  EXPECT_EQ(unit_a_year_before(day(2020, 2, 29), By::day), std::nullopt);
  EXPECT_EQ(unit_a_year_before(day(2020, 1, 1), By::year), std::nullopt);
  const auto week = [](DayNumber at) { return day_key(at, By::week); };
  EXPECT_EQ(week(unit_a_year_before(unit_of(day(2021, 4, 1), By::week), By::week).value()), "2020-W13");
  EXPECT_EQ(week(unit_a_year_before(unit_of(day(2022, 1, 5), By::week), By::week).value()), "2021-W01");
  EXPECT_EQ(week(day(2021, 1, 2)), "2020-W53");  // which 2019 does not have
  EXPECT_EQ(unit_a_year_before(unit_of(day(2021, 1, 2), By::week), By::week), std::nullopt);
}

TEST(TimeUnit, EveryWeekOfAYearMeetsThatOfTheYearBefore) {
  for (DayNumber monday = unit_of(day(1990, 1, 1), By::week); monday < day(2030, 1, 1); monday += 7) {
    const std::string name = day_key(monday, By::week);
    const auto before = unit_a_year_before(monday, By::week);
    if (!before) {
      EXPECT_EQ(name.substr(5), "W53");
    } else {
      EXPECT_EQ(day_key(*before, By::week).substr(5), name.substr(5));
      EXPECT_EQ(std::stoi(day_key(*before, By::week)), std::stoi(name) - 1);
    }
  }
}

}  // namespace
}  // namespace weir
