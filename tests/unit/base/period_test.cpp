#include "weir/period.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace weir {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const DayNumber today = to_day_number({2021, 5, 3});

std::vector<std::string> texts(const PeriodRange& range) {
  std::vector<std::string> out;
  for (const Period& period : periods_of(range)) out.push_back(to_string(period));
  return out;
}

PeriodRange range_of(std::string_view text, Granularity granularity, DayNumber now = today) {
  const Result<PeriodRange> range = parse_period_range(text, granularity, now);
  EXPECT_TRUE(range.has_value()) << text << ": " << to_string(range.error());
  return range.value_or(PeriodRange{});
}

Error error_of(std::string_view text, Granularity granularity) {
  const Result<PeriodRange> range = parse_period_range(text, granularity, today);
  EXPECT_FALSE(range.has_value()) << text;
  return range ? Error{} : range.error();
}

TEST(Calendar, AgreesWithTheStandardLibraryForEveryDayOfTwentyFourCenturies) {
  const DayNumber first = to_day_number({0, 1, 1});
  const DayNumber last = to_day_number({2400, 12, 31});
  for (DayNumber day = first; day <= last; ++day) {
    const std::chrono::year_month_day expected{std::chrono::sys_days{std::chrono::days{day}}};
    const CivilDate civil = to_civil(day);
    ASSERT_EQ(civil.year, static_cast<int>(expected.year())) << day;
    ASSERT_EQ(civil.month, static_cast<int>(static_cast<unsigned>(expected.month()))) << day;
    ASSERT_EQ(civil.day, static_cast<int>(static_cast<unsigned>(expected.day()))) << day;
    ASSERT_EQ(to_day_number(civil), day);
    ASSERT_TRUE(is_valid(civil));
  }
}

TEST(Calendar, AnswersForEveryDayNumber) {
  EXPECT_EQ(to_day_number(to_civil(INT32_MAX)), INT32_MAX);
  EXPECT_EQ(to_civil(INT32_MIN).month, 6);
}

TEST(Calendar, KnowsItsAnchors) {
  EXPECT_EQ(to_day_number({1970, 1, 1}), 0);
  EXPECT_EQ(to_day_number({2000, 3, 1}), 11017);
  EXPECT_EQ(format_day(0), "1970-01-01");
  EXPECT_EQ(format_day(-1), "1969-12-31");
}

TEST(Calendar, LeapYears) {
  EXPECT_EQ(days_in_month(2020, 2), 29);
  EXPECT_EQ(days_in_month(2021, 2), 28);
  EXPECT_EQ(days_in_month(1900, 2), 28);
  EXPECT_EQ(days_in_month(2000, 2), 29);
  EXPECT_EQ(days_in_month(2021, 13), 0);
}

TEST(Calendar, RefusesDatesThatCannotBe) {
  for (const CivilDate date : {CivilDate{2021, 2, 29}, {2021, 4, 31}, {2021, 0, 1}, {2021, 13, 1}, {2021, 1, 0}}) {
    EXPECT_FALSE(is_valid(date)) << date.year << '-' << date.month << '-' << date.day;
  }
}

TEST(PeriodText, ReadsExactlyTwoForms) {
  EXPECT_EQ(parse_period("2021-04"), (Period{2021, 4, 0}));
  EXPECT_EQ(parse_period("2021-04-24"), (Period{2021, 4, 24}));
  for (const std::string_view text : {"", "2021", "2021-4", "2021-13", "2021-00", "2021/04", "2021-04-31", "2021-04-00",
                                      "2021-04-1", "2021-04-1 ", " 2021-04", "2021-+4", "202a-04", "2021-04/24"}) {
    EXPECT_EQ(parse_period(text), std::nullopt) << text;
  }
}

TEST(PeriodText, WritesWhatItReads) {
  EXPECT_EQ(to_string(Period{2021, 4, 0}), "2021-04");
  EXPECT_EQ(to_string(Period{321, 4, 5}), "0321-04-05");
}

TEST(PeriodDays, MonthsAndDays) {
  EXPECT_EQ(format_day(Period{2020, 2, 0}.last_day()), "2020-02-29");
  EXPECT_EQ((Period{2021, 12, 0}.next()), (Period{2022, 1, 0}));
  EXPECT_EQ((Period{2021, 12, 31}.next()), (Period{2022, 1, 1}));
  EXPECT_EQ((Period{2021, 1, 0}.next()), (Period{2021, 2, 0}));
}

TEST(PeriodDays, OverlapIsSharingADay) {
  const Period april{2021, 4, 0};
  EXPECT_TRUE(overlap(april, {2021, 4, 1}));
  EXPECT_TRUE(overlap({2021, 4, 30}, april));
  EXPECT_FALSE(overlap(april, {2021, 3, 31}));
  EXPECT_FALSE(overlap(april, {2021, 5, 0}));
  EXPECT_TRUE(overlap(april, april));
}

TEST(PeriodOrder, AMonthComesBeforeItsFirstDay) {
  EXPECT_LT((Period{2021, 4, 0}), (Period{2021, 4, 1}));
  EXPECT_LT((Period{2021, 3, 31}), (Period{2021, 4, 0}));
}

TEST(PeriodRangeText, OneMonth) {
  const PeriodRange range = range_of("2021-04", Granularity::month);
  EXPECT_TRUE(range.single);
  EXPECT_THAT(texts(range), ElementsAre("2021-04"));
}

TEST(PeriodRangeText, AMonthOfADailySourceIsItsDays) {
  const PeriodRange range = range_of("2021-02", Granularity::day);
  EXPECT_FALSE(range.single);
  EXPECT_EQ(periods_of(range).size(), 28U);
  EXPECT_EQ(to_string(range.last), "2021-02-28");
}

TEST(PeriodRangeText, OneDay) {
  const PeriodRange range = range_of("2021-04-24", Granularity::day);
  EXPECT_TRUE(range.single);
  EXPECT_THAT(texts(range), ElementsAre("2021-04-24"));
}

TEST(PeriodRangeText, ADayOfAMonthlySourceIsRefusedAndTheMonthNamed) {
  const Error error = error_of("2021-04-24", Granularity::month);
  EXPECT_EQ(error.kind, ErrorKind::usage);
  EXPECT_THAT(error.why, HasSubstr("one dump a month"));
  EXPECT_THAT(error.next, HasSubstr("2021-04"));
}

TEST(PeriodRangeText, Years) {
  const PeriodRange year = range_of("2020", Granularity::month);
  EXPECT_FALSE(year.single);
  EXPECT_EQ(periods_of(year).size(), 12U);
  EXPECT_EQ(periods_of(range_of("2020", Granularity::day)).size(), 366U);
  EXPECT_EQ(periods_of(range_of("2019..2020", Granularity::month)).size(), 24U);
}

TEST(PeriodRangeText, Ranges) {
  const PeriodRange range = range_of("2020-12..2021-02", Granularity::month);
  EXPECT_THAT(texts(range), ElementsAre("2020-12", "2021-01", "2021-02"));
  EXPECT_FALSE(range.open_ended);
  EXPECT_FALSE(range_of("2021-04..2021-04", Granularity::month).single);
  EXPECT_THAT(texts(range_of("2021-02-27..2021-03", Granularity::day)).front(), "2021-02-27");
  EXPECT_THAT(texts(range_of("2021-02-27..2021-03", Granularity::day)).back(), "2021-03-31");
}

TEST(PeriodRangeText, AnOpenRangeReachesThePeriodThatHoldsToday) {
  const PeriodRange months = range_of("2021-03..", Granularity::month);
  EXPECT_TRUE(months.open_ended);
  EXPECT_THAT(texts(months), ElementsAre("2021-03", "2021-04", "2021-05"));
  EXPECT_EQ(to_string(range_of("2021-04..", Granularity::day).last), "2021-05-03");
}

TEST(PeriodRangeText, WordsAreAnchoredToday) {
  EXPECT_THAT(texts(range_of("last-month", Granularity::month)), ElementsAre("2021-04"));
  EXPECT_TRUE(range_of("last-month", Granularity::month).single);
  EXPECT_EQ(periods_of(range_of("last-month", Granularity::day)).size(), 30U);
  EXPECT_THAT(texts(range_of("last-month", Granularity::month, to_day_number({2021, 1, 31}))), ElementsAre("2020-12"));
  EXPECT_THAT(texts(range_of("yesterday", Granularity::day)), ElementsAre("2021-05-02"));
  EXPECT_EQ(error_of("yesterday", Granularity::month).where, "'yesterday'");
}

TEST(PeriodRangeText, RefusesWhatIsNone) {
  for (const std::string_view text : {"", "..", "april", "2021-4", "2021-01..2021-02..2021-03", "..2021-02", "2021-04.",
                                      "tomorrow", "2021-01...2021-02", "20210424"}) {
    const Error error = error_of(text, Granularity::month);
    EXPECT_EQ(error.kind, ErrorKind::usage) << text;
    EXPECT_THAT(error.next, HasSubstr("2021-04")) << text;
  }
}

TEST(PeriodRangeText, TellsAnImpossibleDateFromAnotherForm) {
  EXPECT_THAT(error_of("2021-13", Granularity::month).why, HasSubstr("no such date"));
  EXPECT_THAT(error_of("2021-02-30", Granularity::day).why, HasSubstr("no such date"));
  EXPECT_THAT(error_of("may", Granularity::month).why, HasSubstr("none of the forms"));
}

TEST(PeriodRangeText, RefusesRangesTurnedRound) {
  EXPECT_THAT(error_of("2021-04..2021-03", Granularity::month).why, HasSubstr("ends before it begins"));
  EXPECT_THAT(error_of("2021-06..", Granularity::month).why, HasSubstr("2021-05-03"));
}

TEST(SinceUntil, AreInclusive) {
  EXPECT_EQ(format_day(parse_since("2019").value()), "2019-01-01");
  EXPECT_EQ(format_day(parse_until("2019").value()), "2019-12-31");
  EXPECT_EQ(format_day(parse_since("2020-02").value()), "2020-02-01");
  EXPECT_EQ(format_day(parse_until("2020-02").value()), "2020-02-29");
  EXPECT_EQ(parse_since("2019-06-15").value(), parse_until("2019-06-15").value());
}

TEST(SinceUntil, RefuseWhatIsNoDate) {
  for (const std::string_view text : {"", "19", "2019-6", "2019-02-29", "2019-06-15T00:00", "yesterday"}) {
    EXPECT_EQ(parse_since(text).error().kind, ErrorKind::usage) << text;
    EXPECT_EQ(parse_until(text).error().kind, ErrorKind::usage) << text;
  }
}

}  // namespace
}  // namespace weir
