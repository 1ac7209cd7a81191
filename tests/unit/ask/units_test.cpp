#include "ask/units.h"

#include <gmock/gmock.h>

#include "weir/period.h"

namespace weir::asking {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

DayNumber day(int month, int of_month) {
  return to_day_number({2021, month, of_month});
}

// Long after its period, unless it was earlier.
Ingestion loaded(const Period& period, DayNumber loaded_on = to_day_number({2024, 1, 1}),
                 const std::string& source = "events") {
  Ingestion ingestion;
  ingestion.slot = {source, period};
  ingestion.status = IngestionStatus::loaded;
  ingestion.started_at_us = std::int64_t{loaded_on} * 86'400'000'000 + 7;
  return ingestion;
}

std::vector<std::string> standings(const Units& units, By by) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < units.size(); ++i) {
    texts.push_back(day_key(units.first_day(i), by) + " " + std::string(name_of(units.standing(i))));
  }
  return texts;
}

Period month(int number) {
  return {2021, number, 0};
}

TEST(Units, AGapIsMissingAndItsStraysAreLeftOut) {
  const std::vector<DayCount> days{{day(3, 31), 1}, {day(4, 5), 10}, {day(5, 1), 2}, {day(6, 2), 20}, {no_day, 4}};
  const Units units(By::month, {loaded(month(4)), loaded(month(6))}, days, {});
  EXPECT_THAT(standings(units, By::month), ElementsAre("2021-04 complete", "2021-05 missing", "2021-06 complete"));
  EXPECT_EQ(units.events(0), 10U);
  EXPECT_EQ(units.events(1), 0U);
  EXPECT_EQ(units.events(2), 20U);
  EXPECT_EQ(units.left_out({}), 7U);
  EXPECT_EQ(units.left_out(day(4, 9)), 2U);
  EXPECT_EQ(units.index_of(day(5, 1)), std::nullopt);
  EXPECT_EQ(units.index_of(day(6, 1)), std::optional<std::size_t>(2));
  EXPECT_EQ(units.first_event_day(0), day(4, 5));
  EXPECT_EQ(units.last_event_day(0), day(6, 2));
  EXPECT_EQ(units.first_event_day(1), day(6, 2));
}

TEST(Units, WeeksAtTheEdgeOfAMonthArePartial) {
  const Units units(By::week, {loaded(month(4))}, {}, {});
  const auto texts = standings(units, By::week);
  EXPECT_EQ(texts.front(), "2021-W13 partial");  // begins on 29 March
  EXPECT_EQ(texts[1], "2021-W14 complete");
  EXPECT_EQ(texts.back(), "2021-W17 partial");
}

TEST(Units, AMonthThatWasNotOverWhenItWasLoadedIsPartial) {
  const std::vector<DayCount> days{{day(4, 1), 1}, {day(4, 20), 1}, {day(4, 25), 3}};
  const std::vector<Ingestion> ingestions{loaded(month(3)), loaded(month(4), day(4, 20))};
  EXPECT_THAT(standings(Units(By::month, ingestions, days, {}), By::month),
              ElementsAre("2021-03 complete", "2021-04 partial"));
  const Units by_day(By::day, ingestions, days, {});
  const auto texts = standings(by_day, By::day);
  EXPECT_EQ(texts[49], "2021-04-19 complete");
  EXPECT_EQ(texts[50], "2021-04-20 partial");
  EXPECT_EQ(texts[51],
            "2021-04-21 missing");  // what the dump says of later days must be right; the others nobody knows
  EXPECT_EQ(texts.back(), "2021-04-25 partial");
}

TEST(Units, AGapOfOneSourceIsNotFilledByAnother) {
  const Units units(By::month, {loaded(month(4)), loaded(month(6)), loaded(month(5), day(12, 1), "other")}, {}, {});
  EXPECT_THAT(standings(units, By::month), ElementsAre("2021-04 complete", "2021-05 partial", "2021-06 complete"));
}

TEST(Units, TheFilterCutsThem) {
  Filter filter;
  filter.since = day(2, 1);
  filter.until = day(3, 31);
  const Units units(By::month, {loaded(month(1)), loaded(month(2)), loaded(month(3)), loaded(month(4))}, {}, filter);
  EXPECT_THAT(standings(units, By::month), ElementsAre("2021-02 complete", "2021-03 complete"));
  EXPECT_EQ(units.shown_from(day(3, 15)), 1U);
  EXPECT_EQ(units.shown_from(day(9, 1)), 2U);
  EXPECT_EQ(Units(By::month, {}, {}, {}).size(), 0U);
}

TEST(Units, OnlyWhatIsCompleteIsCompared) {
  std::vector<Ingestion> ingestions{loaded({2020, 3, 0}), loaded(month(2)), loaded(month(3)),
                                    loaded(month(4), day(4, 20))};
  const std::vector<DayCount> days{
      {to_day_number({2020, 3, 1}), 7}, {day(2, 1), 10}, {day(3, 1), 0}, {day(4, 1), 1}, {day(4, 2), 4}};
  const Units units(By::month, ingestions, days, {});
  std::vector<std::uint64_t> counts;
  for (std::size_t i = 0; i < units.size(); ++i) counts.push_back(units.events(i));
  const std::vector<TrendPoint> points = units.points(counts, 11);
  EXPECT_THAT(points, ElementsAre(TrendPoint{day(2, 1), Standing::complete, 10, {}, {}},
                                  TrendPoint{day(3, 1), Standing::complete, 0, 10, 7},
                                  TrendPoint{day(4, 1), Standing::partial, 5, {}, {}}));
  EXPECT_EQ(units.points(counts, 10).front().count, std::nullopt);
  EXPECT_THAT(units.points(counts, 20), IsEmpty());
}

}  // namespace
}  // namespace weir::asking
