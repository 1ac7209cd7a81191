#include "convert/day_split.h"

#include <gmock/gmock.h>

namespace weir::convert_tests {
namespace {

using converting::DayFile;
using converting::DaySplit;
using converting::split_by_day;
using DayRows = ParquetWriter::DayRows;

DayNumber day(int year, int month, int of_month) {
  return to_day_number({year, month, of_month});
}

// The day of the file that a row of `row_day` is in; each is in one.
std::string file_of(const DaySplit& split, DayNumber row_day) {
  std::string found;
  for (const DayFile& file : split.files) {
    if (row_day < file.first || row_day > file.last) continue;
    EXPECT_EQ(found, "") << "a row in two files";
    found = to_string(file.day);
  }
  return found;
}

TEST(DaySplit, TakesTheMonthThatMostRowsAreIn) {
  const std::vector<DayRows> days{
      {day(2021, 3, 31), 9}, {day(2021, 4, 3), 5}, {day(2021, 4, 5), 5}, {day(2021, 5, 1), 1}};
  const DaySplit split = split_by_day(days, std::nullopt, "dump").value();
  EXPECT_EQ(to_string(split.period), "2021-04");
  EXPECT_EQ(split.files.size(), 30U);
  EXPECT_EQ(split.before, 9U);
  EXPECT_EQ(split.after, 1U);
  EXPECT_EQ(split.without_time, 0U);
  EXPECT_EQ(file_of(split, day(2021, 3, 31)), "2021-04-01");
  EXPECT_EQ(file_of(split, day(1, 1, 1)), "2021-04-01");
  EXPECT_EQ(file_of(split, day(2021, 4, 3)), "2021-04-03");
  EXPECT_EQ(file_of(split, day(2021, 5, 1)), "2021-04-30");
  EXPECT_EQ(file_of(split, day(9999, 12, 31)), "2021-04-30");
}

TEST(DaySplit, OfMonthsWithAsManyTakesTheFirst) {
  const std::vector<DayRows> days{{day(2021, 3, 31), 5}, {day(2021, 4, 3), 5}};
  EXPECT_EQ(to_string(split_by_day(days, std::nullopt, "dump")->period), "2021-03");
}

TEST(DaySplit, HasAFileForEachDayBetweenThoseWithRows) {
  const std::vector<DayRows> days{{no_day, 2}, {day(2021, 4, 3), 5}, {day(2021, 4, 6), 5}};
  const DaySplit split = split_by_day(days, std::nullopt, "dump").value();
  ASSERT_EQ(split.files.size(), 4U);
  EXPECT_EQ(to_string(split.files.front().day), "2021-04-03");
  EXPECT_EQ(to_string(split.files.back().day), "2021-04-06");
  EXPECT_EQ(split.without_time, 2U);
  EXPECT_EQ(file_of(split, no_day), "2021-04-03");
  EXPECT_EQ(file_of(split, day(2021, 4, 4)), "2021-04-04");
}

TEST(DaySplit, BelievesThePeriodItIsTold) {
  const std::vector<DayRows> days{{day(2021, 3, 31), 1}, {day(2021, 4, 3), 5}};
  const DaySplit month = split_by_day(days, parse_period("2021-05"), "dump").value();
  ASSERT_EQ(month.files.size(), 1U);
  EXPECT_EQ(to_string(month.files.front().day), "2021-05-01");
  EXPECT_EQ(month.before, 6U);
  const DaySplit one = split_by_day(days, parse_period("2021-04-02"), "dump").value();
  ASSERT_EQ(one.files.size(), 1U);
  EXPECT_EQ(to_string(one.files.front().day), "2021-04-02");
  EXPECT_EQ(one.before, 1U);
  EXPECT_EQ(one.after, 5U);
}

TEST(DaySplit, RefusesADumpWithoutTimes) {
  const std::vector<DayRows> none{{no_day, 5}};
  EXPECT_FALSE(split_by_day(none, std::nullopt, "dump"));
  EXPECT_FALSE(split_by_day({}, parse_period("2021-04"), "dump"));
}

TEST(DayPath, IsBelowTheFolder) {
  const Period period = *parse_period("2021-04-07");
  EXPECT_EQ(converting::day_path("events", period), "events/2021/04/07/events.parquet");
  EXPECT_EQ(converting::day_path("a/b//", period), "a/b/2021/04/07/events.parquet");
  EXPECT_EQ(converting::day_path("/", period), "/2021/04/07/events.parquet");
  EXPECT_EQ(converting::day_path("s3://bucket", period), "s3://bucket/2021/04/07/events.parquet");
}

}  // namespace
}  // namespace weir::convert_tests
