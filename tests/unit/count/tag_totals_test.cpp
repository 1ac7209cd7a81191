#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "batches.h"
#include "reference_count.h"
#include "weir/rollup.h"

namespace weir::counting_tests {
namespace {

constexpr DayNumber first_day = 18'718;  // 2021-04-01
constexpr DayNumber days = 80;

struct Runs {
  std::vector<KeyRun> users;
  std::vector<KeyRun> companies;
  std::vector<TagRun> tags;
};

template <class Run>
auto take_into(std::vector<Run>& runs) {
  return [&runs](const Run& run) {
    runs.push_back(run);
    return Status{};
  };
}

// By the first day of each month.
std::map<DayNumber, Runs> runs_of(const std::vector<Event>& events) {
  RollupCounter counter;
  counter.lane().append(batch_of(events, 0, events.size()).batch);
  std::map<DayNumber, Runs> runs;
  EXPECT_TRUE(counter.runs(
      [&](const KeyRun& run) {
        if (run.field == Field::email) runs[run.first_day].users.push_back(run);
        if (run.field == Field::company) runs[run.first_day].companies.push_back(run);
        return Status{};
      },
      [&](const TagRun& run) {
        runs[run.first_day].tags.push_back(run);
        return Status{};
      }));
  return runs;
}

// Some months added up: key runs and tag runs.
Runs sum_of(const std::vector<const Runs*>& parts) {
  KeyTotals users(Field::email);
  KeyTotals companies(Field::company);
  for (const Runs* part : parts) {
    for (const KeyRun& run : part->users) EXPECT_TRUE(users.add(run, "a test"));
    for (const KeyRun& run : part->companies) EXPECT_TRUE(companies.add(run, "a test"));
  }
  TagTotals totals(users, companies);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::uint64_t rank = 0;
    for (const KeyRun& run : parts[i]->users) {
      EXPECT_TRUE(totals.add_users(i, run, rank, "a test"));
      rank += run.keys;
    }
    rank = 0;
    for (const KeyRun& run : parts[i]->companies) {
      EXPECT_TRUE(totals.add_companies(i, run, rank, "a test"));
      rank += run.keys;
    }
    for (const TagRun& run : parts[i]->tags) totals.add(i, run);
  }
  Runs sum;
  EXPECT_TRUE(users.run(first_day, first_day + days, take_into(sum.users)));
  EXPECT_TRUE(companies.run(first_day, first_day + days, take_into(sum.companies)));
  EXPECT_TRUE(totals.run(first_day, first_day + days, take_into(sum.tags), "a test"));
  return sum;
}

std::vector<Event> some_events(unsigned seed, std::size_t rows, std::size_t distinct) {
  std::mt19937 random(seed);
  std::vector<Event> events = random_events(random, rows, distinct);
  for (Event& event : events) event.day = first_day + static_cast<DayNumber>(random() % days);
  return events;
}

std::vector<const Runs*> parts_of(const std::map<DayNumber, Runs>& months) {
  std::vector<const Runs*> parts;
  parts.reserve(months.size());
  for (const auto& [day, runs] : months) parts.push_back(&runs);
  return parts;
}

void expect_reference_of(const Runs& sum, const std::vector<Event>& events, const std::string& tag) {
  SCOPED_TRACE("tag " + tag);
  const auto piece = std::ranges::find_if(
      sum.tags, [&](const TagRun& run) { return run.from_tag <= tag && (!run.to_tag || tag < *run.to_tag); });
  ASSERT_NE(piece, sum.tags.end());
  const auto counts = read_tag_run(*piece, tag, {Field::day, Field::email, Field::company}, "a test");
  ASSERT_TRUE(counts) << to_string(counts.error());
  AnswerOptions everything;
  everything.limit.reset();
  const Filter filter{.since = {}, .until = {}, .where = {{Field::tags, {tag}}}};
  const auto expect = [&](Field field, const std::vector<KeyRun>& runs, const std::vector<RankCount>& ranks) {
    const Question& question = **std::ranges::find(all_questions(), field, &Question::field);
    ASSERT_EQ(runs.size(), 1U);
    KeyTotals totals(field);
    ASSERT_TRUE(totals.add(runs.front(), 0, ranks, "a test"));
    const Answer expected = reference_answer(events, question, filter, everything);
    EXPECT_EQ(totals.answer(question, expected.events, everything).rows, expected.rows) << question.name;
  };
  expect(Field::email, sum.users, counts->users);
  expect(Field::company, sum.companies, counts->companies);
  std::map<DayNumber, std::uint64_t> right;
  for (const Event& event : events) {
    if (std::ranges::find(event.tags, tag) != event.tags.end()) ++right[event.day];
  }
  std::map<DayNumber, std::uint64_t> of_days;
  for (const DayCount& count : counts->days) of_days[count.day] += count.events;
  EXPECT_EQ(of_days, right);
}

void expect_reference(const Runs& sum, const std::vector<Event>& events) {
  std::set<std::string> tags;
  for (const Event& event : events) tags.insert(event.tags.begin(), event.tags.end());
  for (const std::string& tag : tags) {
    expect_reference_of(sum, events, tag);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(TagTotals, AddUpMonthsAsTheReference) {
  for (unsigned seed = 0; seed < 8; ++seed) {
    SCOPED_TRACE(seed);
    const std::vector<Event> events = some_events(seed, 100 + 300 * seed, 1 + 40 * seed);
    const std::map<DayNumber, Runs> months = runs_of(events);
    ASSERT_EQ(months.size(), 3U);
    expect_reference(sum_of(parts_of(months)), events);
  }
}

TEST(TagTotals, AddUpSumsAndMonths) {
  const std::vector<Event> events = some_events(77, 4'000, 200);
  const std::map<DayNumber, Runs> months = runs_of(events);
  const std::vector<const Runs*> parts = parts_of(months);
  const Runs two = sum_of({parts[0], parts[1]});
  const Runs step_by_step = sum_of({&two, parts[2]});
  const Runs at_once = sum_of(parts);
  ASSERT_EQ(step_by_step.tags.size(), at_once.tags.size());
  for (std::size_t i = 0; i < at_once.tags.size(); ++i) EXPECT_EQ(step_by_step.tags[i].bytes, at_once.tags[i].bytes);
  expect_reference(step_by_step, events);
}

TEST(TagTotals, RefuseWhatDoesNotBelongTogether) {
  const std::map<DayNumber, Runs> months = runs_of(some_events(5, 500, 20));
  const Runs& part = months.begin()->second;
  KeyTotals users(Field::email);
  KeyTotals companies(Field::company);
  ASSERT_TRUE(companies.add(part.companies.front(), "there"));
  TagTotals totals(users, companies);
  const Status unknown = totals.add_users(0, part.users.front(), 0, "there");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().where, "there");
  TagTotals without_ranks(users, companies);
  without_ranks.add(0, part.tags.front());
  EXPECT_FALSE(without_ranks.run(
      first_day, first_day + days, [](const TagRun&) { return Status{}; }, "there"));
}

}  // namespace
}  // namespace weir::counting_tests
