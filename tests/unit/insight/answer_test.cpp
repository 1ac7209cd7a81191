#include "weir/answer.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace weir {
namespace {

Answer answer_of(const Question& question, std::uint64_t events, const std::vector<KeyCount>& counts,
                 const AnswerOptions& options) {
  return make_answer(question, events, counts, options);
}

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Question& question(std::string_view name) {
  return *find_question(name);
}

DayNumber day(int year, int month, int day_of_month) {
  return to_day_number({year, month, day_of_month});
}

AnswerOptions filled(Field field, std::string value) {
  AnswerOptions options;
  options.fill[static_cast<std::size_t>(field)] = std::move(value);
  return options;
}

AnswerOptions dropping() {
  AnswerOptions options;
  options.missing = Missing::drop;
  return options;
}

TEST(MakeAnswer, OrdersByEventsThenKeyBytewise) {
  const Answer answer =
      answer_of(question("countries"), 14, {{"b", 2}, {"a", 2}, {"é", 2}, {"Z", 2}, {"ab", 2}, {"c", 4}}, {});
  EXPECT_THAT(answer.rows,
              ElementsAre(Count{"c", 4}, Count{"Z", 2}, Count{"a", 2}, Count{"ab", 2}, Count{"b", 2}, Count{"é", 2}));
  EXPECT_EQ(answer.distinct, 6U);
  EXPECT_EQ(answer.events, 14U);
  EXPECT_EQ(answer.question, &question("countries"));
}

TEST(MakeAnswer, SortsByKeyWhenAsked) {
  AnswerOptions options;
  options.sort = Sort::key;
  options.limit = 2;
  EXPECT_THAT(answer_of(question("uris"), 6, {{"c", 3}, {"b", 2}, {"a", 1}}, options).rows,
              ElementsAre(Count{"a", 1}, Count{"b", 2}));
}

TEST(MakeAnswer, LimitCutsRowsButNotDistinct) {
  AnswerOptions options;
  for (const std::uint64_t limit : {0U, 1U, 2U, 3U, 4U}) {
    options.limit = limit;
    const Answer answer = answer_of(question("uris"), 6, {{"c", 3}, {"b", 2}, {"a", 1}}, options);
    EXPECT_EQ(answer.rows.size(), std::min<std::uint64_t>(limit, 3));
    EXPECT_EQ(answer.distinct, 3U);
  }
  options.limit.reset();
  EXPECT_EQ(answer_of(question("uris"), 6, {{"c", 3}, {"b", 2}, {"a", 1}}, options).rows.size(), 3U);
}

TEST(MakeAnswer, OfNothingIsEmpty) {
  const Answer answer = answer_of(question("uris"), 0, {}, {});
  EXPECT_THAT(answer.rows, IsEmpty());
  EXPECT_EQ(answer.distinct, 0U);
}

TEST(MakeAnswer, NullIsAnsweredAsNoneAndCounts) {
  const Answer answer = answer_of(question("countries"), 5, {{{}, 2}, {"a", 3}, {{}, 0}}, {});
  EXPECT_THAT(answer.rows, ElementsAre(Count{"a", 3}, Count{"(none)", 2}));
  EXPECT_EQ(answer.distinct, 2U);
}

TEST(MakeAnswer, NullJoinsATextThatReadsTheSame) {
  const Answer answer = answer_of(question("countries"), 5, {{{}, 2}, {"(none)", 3}}, {});
  EXPECT_THAT(answer.rows, ElementsAre(Count{"(none)", 5}));
  EXPECT_EQ(answer.distinct, 1U);
}

TEST(MakeAnswer, DropLeavesNullOutButKeepsEvents) {
  const Answer answer = answer_of(question("countries"), 5, {{{}, 2}, {"a", 3}}, dropping());
  EXPECT_THAT(answer.rows, ElementsAre(Count{"a", 3}));
  EXPECT_EQ(answer.distinct, 1U);
  EXPECT_EQ(answer.events, 5U);
}

TEST(MakeAnswer, FillJoinsAnExistingKeyAndComesBeforeDrop) {
  AnswerOptions options = filled(Field::country, "a");
  options.missing = Missing::drop;
  const Answer answer = answer_of(question("countries"), 5, {{{}, 2}, {"a", 3}}, options);
  EXPECT_THAT(answer.rows, ElementsAre(Count{"a", 5}));
}

TEST(MakeAnswer, FillOfAnotherFieldChangesNothing) {
  EXPECT_THAT(answer_of(question("countries"), 5, {{{}, 2}, {"a", 3}}, filled(Field::email, "x")).rows,
              ElementsAre(Count{"a", 3}, Count{"(none)", 2}));
}

TEST(MakeAnswer, UnknownCompanyIsMissingOnlyWhereAskedFor) {
  const std::vector<KeyCount> counts{{unknown_company, 2}, {{}, 1}, {"a", 1}};
  EXPECT_THAT(answer_of(question("companies"), 4, counts, {}).rows,
              ElementsAre(Count{"Unknown company", 2}, Count{"(none)", 1}, Count{"a", 1}));
  EXPECT_THAT(answer_of(question("companies"), 4, counts, dropping()).rows, ElementsAre(Count{"a", 1}));
  EXPECT_THAT(answer_of(question("companies"), 4, counts, filled(Field::company, "private")).rows,
              ElementsAre(Count{"private", 3}, Count{"a", 1}));
  EXPECT_THAT(answer_of(question("countries"), 4, counts, dropping()).rows,
              ElementsAre(Count{"Unknown company", 2}, Count{"a", 1}));
}

TEST(DayKey, NamesEachUnit) {
  const DayNumber some = day(2021, 4, 24);
  EXPECT_EQ(day_key(some, By::day), "2021-04-24");
  EXPECT_EQ(day_key(some, By::week), "2021-W16");
  EXPECT_EQ(day_key(some, By::month), "2021-04");
  EXPECT_EQ(day_key(some, By::year), "2021");
}

// ISO 8601's own edge: the first and last days of a year may belong to its neighbour's week.
TEST(DayKey, WeeksBelongToTheYearOfTheirThursday) {
  EXPECT_EQ(day_key(day(2021, 1, 3), By::week), "2020-W53");
  EXPECT_EQ(day_key(day(2021, 1, 4), By::week), "2021-W01");
  EXPECT_EQ(day_key(day(2019, 12, 30), By::week), "2020-W01");
  EXPECT_EQ(day_key(day(2020, 12, 31), By::week), "2020-W53");
  EXPECT_EQ(day_key(day(2021, 3, 31), By::week), "2021-W13");
  EXPECT_EQ(day_key(day(1969, 12, 28), By::week), "1969-W52");
  EXPECT_EQ(day_key(day(1969, 12, 29), By::week), "1970-W01");
}

TEST(DayKey, ConsecutiveWeeksHaveSevenDaysEach) {
  std::string last = day_key(day(1899, 12, 25), By::week);  // a Monday
  for (DayNumber monday = day(1899, 12, 25); monday < day(2101, 1, 1); monday += 7) {
    const std::string week = day_key(monday, By::week);
    EXPECT_GE(week, last);
    for (int i = 1; i < 7; ++i) ASSERT_EQ(day_key(monday + i, By::week), week) << monday;
    ASSERT_NE(day_key(monday + 7, By::week), week) << monday;
    last = week;
  }
}

TEST(MakeDayAnswer, GroupsDaysByTheUnit) {
  const std::vector<DayCount> counts{{day(2021, 4, 30), 1}, {day(2021, 5, 1), 2}, {day(2021, 5, 3), 4}, {no_day, 8}};
  AnswerOptions options;
  options.sort = Sort::key;
  options.by = By::week;
  EXPECT_THAT(make_day_answer(question("dates"), 15, counts, options).rows,
              ElementsAre(Count{"(none)", 8}, Count{"2021-W17", 3}, Count{"2021-W18", 4}));
  options.by = By::month;
  EXPECT_THAT(make_day_answer(question("dates"), 15, counts, options).rows,
              ElementsAre(Count{"(none)", 8}, Count{"2021-04", 1}, Count{"2021-05", 6}));
  options.by = By::year;
  options.missing = Missing::drop;
  EXPECT_THAT(make_day_answer(question("dates"), 15, counts, options).rows, ElementsAre(Count{"2021", 7}));
}

// Beside a sort of everything: with many more keys than rows, it keeps only some on the way.
TEST(AnswerBuilder, KeepsTheFirstRowsOfManyKeys) {
  std::mt19937 random(3);
  std::vector<std::string> keys;
  keys.reserve(20'000);
  for (int i = 0; i < 20'000; ++i) keys.push_back("key " + std::to_string(i));
  std::ranges::shuffle(keys, random);
  std::vector<KeyCount> counts;
  counts.reserve(keys.size());
  for (const std::string& key : keys) counts.push_back({key, random() % 300 + 1});
  for (const Sort sort : {Sort::events, Sort::key}) {
    std::vector<Count> sorted;
    sorted.reserve(counts.size());
    for (const KeyCount& count : counts) sorted.push_back({std::string(count.key), count.events});
    std::ranges::sort(sorted, [sort](const Count& a, const Count& b) {
      if (sort == Sort::events && a.events != b.events) return a.events > b.events;
      return a.key < b.key;
    });
    for (const std::size_t limit :
         std::initializer_list<std::size_t>{0, 1, 5, 511, 512, 513, 1'024, 5'000, 19'999, 20'000, 30'000}) {
      AnswerOptions options;
      options.limit = limit;
      options.sort = sort;
      const Answer answer = answer_of(question("users"), 7, counts, options);
      EXPECT_EQ(answer.distinct, keys.size());
      const std::vector<Count> first(sorted.begin(),
                                     sorted.begin() + static_cast<std::ptrdiff_t>(std::min(limit, sorted.size())));
      EXPECT_EQ(answer.rows, first) << limit;
    }
  }
}

}  // namespace
}  // namespace weir
