// The keys of events over time, from rollups and from rows, against counting event by event.
#include <algorithm>
#include <map>
#include <random>

#include "helpers.h"

namespace weir::contract {
namespace {

// By first day of the unit, then by key; nullopt is NULL.
using Counts = std::map<DayNumber, std::map<Text, std::uint64_t>>;

class TimelineContract : public StoreContract {
 protected:
  void put(const Period& period, const std::vector<Event>& events) {
    dumps_[period] = events;
    ASSERT_DONE(load(*store_, {"events", period}, events, {.batch_rows = 40}));
  }
  [[nodiscard]] std::vector<Event> all() const {
    std::vector<Event> events;
    for (const auto& [period, dump] : dumps_) events.insert(events.end(), dump.begin(), dump.end());
    return events;
  }
  void expect_reference(const TimelineRequest& request) const;
  std::map<Period, std::vector<Event>> dumps_;
};

// The most obvious way.
DayNumber naive_unit(DayNumber day, By by) {
  if (day == no_day) return no_day;
  const CivilDate date = to_civil(day);
  switch (by) {
    case By::day: break;
    case By::week:
      while ((day - to_day_number({2021, 1, 4})) % 7 != 0) --day;  // a Monday
      break;
    case By::month: return to_day_number({date.year, date.month, 1});
    case By::year: return to_day_number({date.year, 1, 1});
  }
  return day;
}

bool matches(const Event& event, const Filter& filter) {
  if (filter.since && (event.day == no_day || event.day < *filter.since)) return false;
  if (filter.until && (event.day == no_day || event.day > *filter.until)) return false;
  return std::all_of(filter.where.begin(), filter.where.end(), [&](const Condition& condition) {
    return std::find(condition.any_of.begin(), condition.any_of.end(), event.text(condition.field)) !=
           condition.any_of.end();
  });
}

Counts naive_counts(const std::vector<Event>& events, Field field, const TimelineRequest& request) {
  Counts counts;
  for (const Event& event : events) {
    if (!matches(event, request.filter)) continue;
    auto& unit = counts[naive_unit(event.day, request.by)];
    if (field != Field::tags) {
      ++unit[event.text(field)];
      continue;
    }
    for (const std::string& tag : event.tags) ++unit[tag];
    if (event.tags.empty()) ++unit[std::nullopt];
  }
  return counts;
}

// Also that units ascend.
Status collect(Timeline& timeline, Field field, Counts& counts) {
  DayNumber last = no_day;
  return timeline.each(field, [&](DayNumber first_day, std::span<const KeyCount> some) {
    EXPECT_GE(first_day, last);
    last = first_day;
    for (const KeyCount& count : some) {
      Text key;
      if (count.key.data() != nullptr) key = count.key;
      counts[first_day][key] += count.events;
    }
    return Status();
  });
}

void TimelineContract::expect_reference(const TimelineRequest& request) const {
  const std::vector<Event> events = all();
  const Status read = store_->read_timeline(request, [&](Timeline& timeline) -> Status {
    EXPECT_EQ(timeline.loaded().size(), dumps_.size());
    for (const Field field : {Field::country, Field::email, Field::tags}) {
      Counts counts;
      if (Status collected = collect(timeline, field, counts); !collected) return collected;
      EXPECT_EQ(counts, naive_counts(events, field, request)) << name_of(field);
    }
    const auto days = timeline.days();
    if (!days) return tl::unexpected(days.error());
    std::map<DayNumber, std::uint64_t> by_day;
    for (const DayCount& count : *days) by_day[count.day] += count.events;
    std::map<DayNumber, std::uint64_t> expected;
    for (const Event& event : events) expected[event.day] += matches(event, request.filter) ? 1U : 0U;
    std::erase_if(expected, [](const auto& day) { return day.second == 0; });
    EXPECT_EQ(by_day, expected);
    return {};
  });
  ASSERT_DONE(read);
}

// Of a month: events of each day, some of the day before and of the next month, few enough keys to come again.
std::vector<Event> month_of(const Period& period, unsigned seed) {
  std::mt19937 random(seed);
  const auto below = [&](unsigned end) { return static_cast<unsigned>(random() % end); };
  std::vector<Event> events;
  for (DayNumber day = period.first_day() - 1; day <= period.last_day() + 1; ++day) {
    for (unsigned i = below(day < period.first_day() || day > period.last_day() ? 2 : 5); i > 0; --i) {
      Event event = event_on(day, below(9) == 0 ? Text{} : "country " + std::to_string(below(5)));
      event.email = below(12) == 0 ? Text{} : "user " + std::to_string(below(60));
      for (unsigned tag = below(3); tag > 0; --tag) event.tags.push_back("tag " + std::to_string(tag));
      events.push_back(std::move(event));
    }
  }
  return events;
}

constexpr std::array every_unit{By::day, By::week, By::month, By::year};

TEST_P(TimelineContract, EveryUnitAndFieldAsCountedEventByEvent) {
  for (int i = 0; i < 14; ++i)
    put({2020 + i / 12, i % 12 + 1, 0}, month_of({2020 + i / 12, i % 12 + 1, 0}, static_cast<unsigned>(i)));
  put({2020, 5, 0}, month_of({2020, 5, 0}, 99));
  EXPECT_GT(database_->number("SELECT count(*) FROM key_runs WHERE array_length(ingestion_ids, 1) > 1"), 0);
  const auto day = [](int year, int month, int of_month) { return to_day_number({year, month, of_month}); };
  for (const By by : every_unit) {
    SCOPED_TRACE(static_cast<int>(by));
    expect_reference({by, {}});
    expect_reference({by, {{}, {}, {{Field::country, {"country 1", std::nullopt}}}}});
    const bool weeks = by == By::week;
    const DayNumber since = weeks ? day(2020, 1, 6) : day(2020, 1, 1);
    const DayNumber until = weeks ? day(2020, 12, 27) : day(2020, 12, 31);
    expect_reference({by, {since, until, {}}});
    expect_reference({by, {since, {}, {{Field::email, {"user 3"}}}}});
  }
  expect_reference({By::month, {day(2020, 3, 1), day(2020, 6, 30), {}}});
  expect_reference({By::month, {day(2030, 1, 1), {}, {}}});
}

TEST_P(TimelineContract, EventsWithoutADayComeFirst) {
  std::vector<Event> events = month_of({2021, 4, 0}, 5);
  Event undated;
  undated.country = "country 1";
  events.push_back(undated);
  put({2021, 4, 0}, events);
  for (const By by : every_unit) expect_reference({by, {}});
}

TEST_P(TimelineContract, DumpsWithoutRollupsAreCountedFromTheirRows) {
  for (int month = 1; month <= 4; ++month)
    put({2021, month, 0}, month_of({2021, month, 0}, static_cast<unsigned>(month)));
  database_->execute("DELETE FROM key_runs WHERE ingestion_ids = (SELECT min(ingestion_ids) FROM key_runs)");
  for (const By by : every_unit) expect_reference({by, {}});
  database_->execute("DELETE FROM key_runs");
  for (const By by : every_unit) expect_reference({by, {}});
}

TEST_P(TimelineContract, ADumpOfMoreMonthsThanRollupsHaveIsCountedFromItsRows) {
  std::vector<Event> events;
  constexpr int months = 80;
  events.reserve(months);
  for (int i = 0; i < months; ++i) events.push_back(event_on(to_day_number({2010 + i / 12, i % 12 + 1, 9}), "country"));
  put({2021, 4, 0}, events);
  for (const By by : every_unit) expect_reference({by, {}});
}

TEST_P(TimelineContract, MonthsAndYearsDoNotReadTheRows) {
  put({2021, 4, 0}, some_events(5, april_1, "Palau"));
  database_->execute("DELETE FROM " + database_->rows_table());
  for (const By by : {By::month, By::year}) expect_reference({by, {}});
}

TEST_P(TimelineContract, WhatStopsTheReaderIsReturned) {
  put({2021, 4, 0}, some_events(5, april_1, "Palau"));
  for (const By by : {By::month, By::day}) {
    const Status read = store_->read_timeline({by, {}}, [](Timeline& timeline) {
      return timeline.each(Field::country, [](DayNumber, std::span<const KeyCount>) -> Status {
        return fail("cannot go on", "here", "enough");
      });
    });
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().why, "enough");
  }
}

WEIR_CONTRACT_SUITE(TimelineContract);

}  // namespace
}  // namespace weir::contract
