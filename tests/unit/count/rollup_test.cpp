#include "weir/rollup.h"

#include <gmock/gmock.h>

#include <map>
#include <thread>

#include "batches.h"
#include "reference_count.h"
#include "weir/period.h"

namespace weir::counting_tests {
namespace {

struct Taken {
  std::vector<KeyRun> runs;
  TakeKeyRun take() {
    return [this](const KeyRun& run) {
      runs.push_back(run);
      return Status{};
    };
  }
};

// The runs of `events`, in batches dealt out to `lanes` threads.
std::vector<KeyRun> runs_of(const std::vector<Event>& events, std::size_t lanes, std::size_t batch_rows) {
  RollupCounter counter;
  std::vector<std::thread> threads;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    threads.emplace_back([&, lane] {
      RollupCounter::Lane& end = counter.lane();
      for (std::size_t i = lane; i * batch_rows < events.size(); i += lanes) {
        end.append(batch_of(events, i * batch_rows, std::min(events.size(), (i + 1) * batch_rows)).batch);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  Taken taken;
  EXPECT_TRUE(counter.runs(taken.take(), [](const TagRun&) { return Status{}; }));
  return std::move(taken.runs);
}

AnswerOptions everything() {
  AnswerOptions options;
  options.limit.reset();
  return options;
}

// Every question answered from the runs alone, beside the reference.
void expect_reference(const std::vector<KeyRun>& runs, const std::vector<Event>& events, const std::string& about) {
  for (const Question* question : all_questions()) {
    KeyTotals totals(question->field);
    for (const KeyRun& run : runs) {
      if (run.field != question->field) continue;
      ASSERT_TRUE(totals.add(run, "a test")) << about;
    }
    const Answer expected = reference_answer(events, *question, {}, everything());
    const std::vector<DayCount> days = totals.days();
    const Answer got = question->field == Field::day ? make_day_answer(*question, events.size(), days, everything())
                                                     : totals.answer(*question, events.size(), everything());
    EXPECT_EQ(got.rows, expected.rows) << about << " " << question->name;
    EXPECT_EQ(got.distinct, expected.distinct) << about << " " << question->name;
    if (question->field == Field::tags) continue;  // counts an event once for each tag
    EXPECT_EQ(totals.events(), events.size()) << about << " " << question->name;
  }
}

std::vector<Event> events_of_days(std::size_t rows, DayNumber first, DayNumber step, DayNumber days) {
  std::mt19937 random(9);
  std::vector<Event> events = random_events(random, rows, 50);
  for (std::size_t i = 0; i < events.size(); ++i) {
    events[i].day = first + step * static_cast<DayNumber>(i) % days;
  }
  return events;
}

TEST(RollupCounter, RunsAddUpToTheReferenceWhateverTheLanes) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    std::mt19937 random(seed);
    const std::vector<Event> events = random_events(random, random() % 3'000, 1 + random() % 400);
    expect_reference(runs_of(events, 1 + seed % 4, 1 + random() % 900), events, "seed " + std::to_string(seed));
  }
}

TEST(RollupCounter, EachRunIsOfOneMonth) {
  const auto runs = runs_of(events_of_days(4'000, to_day_number({2021, 3, 31}), 1, 62), 2, 300);
  std::map<std::string, std::uint64_t> months;
  for (const KeyRun& run : runs) {
    const CivilDate first = to_civil(run.first_day);
    const CivilDate last = to_civil(run.last_day);
    EXPECT_EQ(first.year * 12 + first.month, last.year * 12 + last.month);
    if (run.field == Field::country) months[format_day(run.first_day) + " " + format_day(run.last_day)] += run.events;
  }
  const std::map<std::string, std::uint64_t> expected{
      {"2021-03-31 2021-03-31", 65}, {"2021-04-01 2021-04-30", 1'950}, {"2021-05-01 2021-05-31", 1'985}};
  EXPECT_EQ(months, expected);
}

TEST(RollupCounter, SameEventsGiveTheSameBytes) {
  const std::vector<Event> events = events_of_days(30'000, to_day_number({2020, 12, 1}), 1, 90);
  const auto once = runs_of(events, 1, 1'000);
  const auto again = runs_of(events, 4, 77);
  ASSERT_EQ(once.size(), again.size());
  for (std::size_t i = 0; i < once.size(); ++i) {
    EXPECT_EQ(once[i].field, again[i].field);
    EXPECT_EQ(once[i].bytes, again[i].bytes);
  }
}

TEST(RollupCounter, HoldsAsManyMonthsAsItSaysAndTheRestTogether) {
  const std::vector<Event> events = events_of_days(9'000, to_day_number({1990, 1, 1}), 17, 365 * 20);
  const auto runs = runs_of(events, 3, 100);
  std::size_t wide = 0;
  std::size_t of_days = 0;
  for (const KeyRun& run : runs) {
    if (run.field != Field::day) continue;
    ++of_days;
    wide += run.last_day - run.first_day > 31 ? 1U : 0U;
  }
  EXPECT_EQ(of_days, rollup_months_max + 1);
  EXPECT_EQ(wide, 1U);
  expect_reference(runs, events, "twenty years");
}

TEST(RollupCounter, EventsWithoutADayHaveARunOfTheirOwn) {
  std::vector<Event> events = events_of_days(200, to_day_number({2021, 4, 1}), 1, 30);
  for (std::size_t i = 0; i < events.size(); i += 2) events[i].day = no_day;
  const auto runs = runs_of(events, 2, 10);
  std::uint64_t undated = 0;
  for (const KeyRun& run : runs) {
    if (run.field == Field::day && run.first_day == no_day) undated += run.events;
  }
  EXPECT_EQ(undated, 100U);
  expect_reference(runs, events, "undated");
}

TEST(KeyTotals, AddUpIntoARunThatStandsForItsParts) {
  const std::vector<Event> events = events_of_days(5'000, to_day_number({2021, 1, 1}), 1, 365);
  for (const Question* question : all_questions()) {
    KeyTotals parts(question->field);
    for (const KeyRun& run : runs_of(events, 1, 1'000)) {
      if (run.field != question->field) continue;
      ASSERT_TRUE(parts.add(run, "a test"));
    }
    Taken merged;
    ASSERT_TRUE(parts.run(1, 2, merged.take()));
    KeyTotals whole(question->field);
    for (const KeyRun& run : merged.runs) ASSERT_TRUE(whole.add(run, "a test"));
    EXPECT_EQ(whole.events(), parts.events());
    EXPECT_EQ(whole.answer(*question, 1, everything()).rows, parts.answer(*question, 1, everything()).rows);
  }
}

TEST(KeyTotals, RefuseWhatIsNotTheRunItSaysItIs) {
  KeyTotals totals(Field::country);
  totals.add("France", 5);
  totals.add({}, 1);
  Taken taken;
  ASSERT_TRUE(totals.run(1, 2, taken.take()));
  const KeyRun& whole = taken.runs.front();
  EXPECT_TRUE(KeyTotals(Field::country).add(whole, "there"));
  KeyRun fewer_keys = whole;
  --fewer_keys.keys;
  KeyRun more_events = whole;
  ++more_events.events;
  KeyRun damaged = whole;
  damaged.bytes[5] ^= 1;
  for (const KeyRun& wrong : {fewer_keys, more_events, damaged}) {
    const Status added = KeyTotals(Field::country).add(wrong, "there");
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().where, "there");
    EXPECT_THAT(added.error().why, ::testing::HasSubstr("country"));
  }
}

}  // namespace
}  // namespace weir::counting_tests
