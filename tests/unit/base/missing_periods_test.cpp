#include <gmock/gmock.h>

#include "weir/period.h"

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Period month(int year, int number) {
  return {year, number, 0};
}
constexpr Period day(int month_number, int number) {
  return {2021, month_number, number};
}
DayNumber day_number(int month_number, int number) {
  return to_day_number({2021, month_number, number});
}

TEST(MissingPeriods, OfNoneOrOneIsNone) {
  EXPECT_THAT(missing_periods({}, {}, {}), IsEmpty());
  EXPECT_THAT(missing_periods({month(2021, 4)}, {}, {}), IsEmpty());
  EXPECT_THAT(missing_periods({month(2021, 4), month(2021, 5)}, {}, {}), IsEmpty());
}

TEST(MissingPeriods, AreBetweenTheFirstAndTheLastInAnyOrder) {
  EXPECT_THAT(missing_periods({month(2021, 2), month(2020, 11), month(2021, 1)}, {}, {}), ElementsAre(month(2020, 12)));
  EXPECT_THAT(missing_periods({day(3, 2), day(2, 27)}, {}, {}), ElementsAre(day(2, 28), day(3, 1)));
}

TEST(MissingPeriods, LieWithinSinceAndUntil) {
  const std::vector<Period> loaded{month(2021, 1), month(2021, 6)};
  EXPECT_THAT(missing_periods(loaded, day_number(3, 31), day_number(4, 1)),
              ElementsAre(month(2021, 3), month(2021, 4)));
  EXPECT_THAT(missing_periods(loaded, day_number(5, 31), {}), ElementsAre(month(2021, 5)));
  EXPECT_THAT(missing_periods(loaded, {}, day_number(2, 1)), ElementsAre(month(2021, 2)));
  EXPECT_THAT(missing_periods(loaded, day_number(7, 1), {}), IsEmpty());
}

TEST(MissingPeriods, WhatTheOtherGranularityCoversIsNoGap) {
  EXPECT_THAT(missing_periods({day(3, 30), month(2021, 4), day(5, 2)}, {}, {}), ElementsAre(day(3, 31), day(5, 1)));
}

}  // namespace
}  // namespace weir
