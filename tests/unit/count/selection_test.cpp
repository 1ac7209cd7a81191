#include "count/selection.h"

#include <gmock/gmock.h>

#include "base/moment.h"
#include "batches.h"

namespace weir::counting {
namespace {

using counting_tests::batch_of;
using counting_tests::Event;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t day_us = 86'400 * second_us;

std::vector<std::uint32_t> selected(const std::vector<Event>& events, const Filter& filter) {
  std::vector<std::uint32_t> rows{99};  // what it held is overwritten
  Selection(filter).select(batch_of(events, 0, events.size()).batch, rows);
  return rows;
}

std::vector<Event> four_events() {
  std::vector<Event> events(4);
  events[0].country = "Palau";
  events[0].tags = {"a", "b"};
  events[0].day = 10;
  events[0].timestamp_us = 10 * day_us;
  events[1].country = "palau";
  events[1].tags = {"b"};
  events[1].day = 11;
  events[1].timestamp_us = 11 * day_us + 500'000;
  events[2].tags = {"c"};
  events[2].day = 12;
  events[3].country = "Palau ";
  return events;
}

TEST(Selection, WithoutAFilterIsAll) {
  EXPECT_TRUE(Selection({}).all());
  EXPECT_THAT(selected(four_events(), {}), ElementsAre(0U, 1U, 2U, 3U));
}

TEST(Selection, BoundsAreInclusiveAndRowsWithoutADayAreOutside) {
  Filter filter;
  filter.since = 10;
  filter.until = 11;
  EXPECT_THAT(selected(four_events(), filter), ElementsAre(0U, 1U));
  filter.since.reset();
  EXPECT_THAT(selected(four_events(), filter), ElementsAre(0U, 1U));
  filter.since = 11;
  filter.until.reset();
  EXPECT_THAT(selected(four_events(), filter), ElementsAre(1U, 2U));
}

TEST(Selection, ComparesTextAsWritten) {
  Filter filter;
  filter.where = {{Field::country, {"Palau"}}};
  EXPECT_THAT(selected(four_events(), filter), ElementsAre(0U));
}

TEST(Selection, AnyValueOfAFieldAndAllFields) {
  Filter filter;
  filter.where = {{Field::country, {"Palau", "palau", std::nullopt}}};
  EXPECT_THAT(selected(four_events(), filter), ElementsAre(0U, 1U, 2U));
  filter.where.push_back({Field::tags, {"b"}});
  EXPECT_THAT(selected(four_events(), filter), ElementsAre(0U, 1U));
}

TEST(Selection, TagsAreContained) {
  Filter filter;
  filter.where = {{Field::tags, {"a", "c"}}};
  EXPECT_THAT(selected(four_events(), filter), ElementsAre(0U, 2U));
  filter.where = {{Field::tags, {std::nullopt}}};
  EXPECT_THAT(selected(four_events(), filter), ElementsAre(3U));
}

TEST(Selection, DaysAndTimes) {
  Filter filter;
  filter.where = {{Field::day, {"1970-01-12", "1970-01", "12"}}};
  EXPECT_THAT(selected(four_events(), filter), ElementsAre(1U));
  filter.where = {{Field::timestamp, {"1970-01-11", "1970-01-12T00:00:00.5Z"}}};
  EXPECT_THAT(selected(four_events(), filter), ElementsAre(0U, 1U));
  filter.where = {{Field::timestamp, {std::nullopt}}};
  EXPECT_THAT(selected(four_events(), filter), ElementsAre(2U, 3U));
}

TEST(Selection, AConditionWithoutValuesLetsNothingThrough) {
  Filter filter;
  filter.where = {{Field::country, {}}};
  EXPECT_THAT(selected(four_events(), filter), IsEmpty());
}

TEST(TimeUsOf, ReadsIsoTimesInUtc) {
  EXPECT_EQ(time_us_of("1970-01-02"), 86'400 * second_us);
  EXPECT_EQ(time_us_of("1970-01-01 00:01"), 60 * second_us);
  EXPECT_EQ(time_us_of("1970-01-01T01:00:01Z"), 3'601 * second_us);
  EXPECT_EQ(time_us_of("1970-01-01T00:00:00.123456789"), 123'456);
  EXPECT_EQ(time_us_of("1969-12-31T23:59:59"), -second_us);
}

TEST(TimeUsOf, RefusesWhatIsNoTime) {
  for (const std::string_view text :
       {"", "1970", "1970-01", "1970-13-01", "1970-01-01T", "1970-01-01T24:00", "1970-01-01T00:60",
        "1970-01-01T00:00:60", "1970-01-01T00:00:00.", "1970-01-01T00:00:00.x", "1970-01-01T00:00+01:00", "1970-01-01x",
        "1970-01-01 0:00", "1970-01-01 00:0000"}) {
    EXPECT_EQ(time_us_of(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace weir::counting
