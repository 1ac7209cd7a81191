#include <gtest/gtest.h>

#include "weir/period.h"
#include "weir/tags.h"

namespace weir {
namespace {

DayNumber day(int year, int month, int of_month) {
  return to_day_number({year, month, of_month});
}

TEST(SpanBefore, OfWholeMonthsIsAsManyMonths) {
  EXPECT_EQ(span_before({day(2021, 3, 1), day(2021, 3, 31)}), (DaySpan{day(2021, 2, 1), day(2021, 2, 28)}));
  EXPECT_EQ(span_before({day(2021, 1, 1), day(2021, 1, 31)}), (DaySpan{day(2020, 12, 1), day(2020, 12, 31)}));
  EXPECT_EQ(span_before({day(2020, 1, 1), day(2020, 12, 31)}), (DaySpan{day(2019, 1, 1), day(2019, 12, 31)}));
  EXPECT_EQ(span_before({day(2021, 2, 1), day(2021, 4, 30)}), (DaySpan{day(2020, 11, 1), day(2021, 1, 31)}));
}

TEST(SpanBefore, OfOtherDaysIsAsManyDays) {
  EXPECT_EQ(span_before({day(2021, 3, 1), day(2021, 3, 30)}), (DaySpan{day(2021, 1, 30), day(2021, 2, 28)}));
  EXPECT_EQ(span_before({day(2021, 3, 8), day(2021, 3, 14)}), (DaySpan{day(2021, 3, 1), day(2021, 3, 7)}));
  EXPECT_EQ(span_before({day(2020, 3, 1), day(2020, 3, 1)}), (DaySpan{day(2020, 2, 29), day(2020, 2, 29)}));
}

TEST(TagTrend, TellsWhatRoseAndWhatFell) {
  const DaySpan april{day(2021, 4, 1), day(2021, 4, 30)};
  const Answer now{nullptr, 5, 100, {{"up", 30}, {"new", 12}, {"same", 20}, {"down", 5}, {"Rare", 2}}};
  const Answer both{nullptr, 6, 190, {{"up", 40}, {"new", 12}, {"same", 40}, {"down", 25}, {"gone", 20}, {"Rare", 3}}};
  const TagTrend trend = make_tag_trend(april, now, both, {});
  EXPECT_EQ(trend.before, (DaySpan{day(2021, 3, 1), day(2021, 3, 31)}));
  EXPECT_EQ(trend.events, 100U);
  EXPECT_EQ(trend.events_before, 90U);
  ASSERT_EQ(trend.rising_rows.size(), 2U);
  EXPECT_EQ(trend.rising_rows[0].tag, "up");
  EXPECT_EQ(trend.rising_rows[0].before, 10U);
  EXPECT_EQ(trend.rising_rows[0].change(), 20);
  EXPECT_EQ(trend.rising_rows[1].tag, "new");
  ASSERT_EQ(trend.falling_rows.size(), 2U);
  EXPECT_EQ(trend.falling_rows[0].tag, "gone");
  EXPECT_EQ(trend.falling_rows[0].change(), -20);
  EXPECT_EQ(trend.falling_rows[1].tag, "down");
  EXPECT_EQ(trend.steady, 1U);

  const TagTrend few = make_tag_trend(april, now, both, {.limit = 1, .min_support = 1, .like = {"*r*", "up", "new"}});
  EXPECT_EQ(few.rising, 3U);
  ASSERT_EQ(few.rising_rows.size(), 1U);
  EXPECT_EQ(few.falling, 0U);
}

TEST(TagTrend, OrdersEqualChangesByTag) {
  const DaySpan april{day(2021, 4, 1), day(2021, 4, 30)};
  const Answer now{nullptr, 2, 100, {{"b", 30}, {"a", 30}}};
  const Answer both{nullptr, 4, 190, {{"b", 30}, {"d", 11}, {"c", 11}, {"a", 30}}};
  const TagTrend trend = make_tag_trend(april, now, both, {});
  EXPECT_EQ(trend.rising_rows[0].tag, "a");
  EXPECT_EQ(trend.rising_rows[1].tag, "b");
  EXPECT_EQ(trend.falling_rows[0].tag, "c");
  EXPECT_EQ(trend.falling_rows[1].tag, "d");
}

}  // namespace
}  // namespace weir
