#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <span>
#include <thread>

#include "batches.h"
#include "count/count.h"
#include "count/lane.h"
#include "reference_count.h"
#include "weir/answer.h"

namespace weir::counting_tests {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<const Question*> every_question() {
  std::vector<const Question*> every(all_questions().begin(), all_questions().end());
  every.push_back(&tag_pairs_question());
  return every;
}

// Counts `events` in batches of random sizes dealt out to `lanes` threads.
std::unique_ptr<Counter> count(const std::vector<Event>& events, const Filter& filter, std::size_t lanes,
                               std::size_t batch_rows_max = 700) {
  auto counter = std::make_unique<Counter>(every_question(), filter);
  std::vector<std::thread> threads;
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    threads.emplace_back([&, lane] {
      Counter::Lane& end = counter->lane();
      std::mt19937 random(7);  // the same cuts in every thread
      std::size_t number = 0;
      for (std::size_t begin = 0; begin < events.size(); ++number) {
        const std::size_t stop = std::min(events.size(), begin + random() % (batch_rows_max + 1));
        if (number % lanes == lane) end.append(batch_of(events, begin, stop).batch);
        begin = stop;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return counter;
}

void expect_same(Answer got, const Answer& expected, const std::string& about) {
  EXPECT_EQ(got.question, expected.question) << about;
  EXPECT_EQ(got.events, expected.events) << about;
  EXPECT_EQ(got.distinct, expected.distinct) << about;
  ASSERT_EQ(got.rows.size(), expected.rows.size()) << about;
  const auto [mine, theirs] = std::ranges::mismatch(got.rows, expected.rows);
  ASSERT_EQ(mine, got.rows.end()) << about << ": got " << mine->key << " " << mine->events << ", expected "
                                  << theirs->key << " " << theirs->events;
}

void expect_reference(Counter& counter, const std::vector<Event>& events, const Filter& filter,
                      const AnswerOptions& options, const std::string& about) {
  const auto questions = every_question();
  for (std::size_t i = 0; i < questions.size(); ++i) {
    expect_same(counter.answer(i, options).value(), reference_answer(events, *questions[i], filter, options),
                about + " " + std::string(questions[i]->name));
  }
}

std::vector<AnswerOptions> many_options() {
  std::vector<AnswerOptions> all(1);
  for (const std::optional<std::uint64_t> limit : std::vector<std::optional<std::uint64_t>>{0, 1, 3, {}}) {
    for (const Sort sort : {Sort::events, Sort::key}) {
      for (const By by : {By::day, By::week, By::month, By::year}) {
        for (const Missing missing : {Missing::keep, Missing::drop}) {
          AnswerOptions options{limit, sort, by, missing, {}};
          all.push_back(options);
          options.fill[static_cast<std::size_t>(Field::company)] = "5";
          options.fill[static_cast<std::size_t>(Field::tags)] = "no tag at all";
          options.fill[static_cast<std::size_t>(Field::day)] = "2021";
          all.push_back(options);
        }
      }
    }
  }
  return all;
}

TEST(Counter, AgreesWithTheReferenceWhateverTheOptions) {
  std::mt19937 random(1);
  const std::vector<Event> events = random_events(random, 5'000, 300);
  const auto counter = count(events, {}, 2);
  for (const AnswerOptions& options : many_options()) {
    expect_reference(*counter, events, {}, options, "limit " + std::to_string(options.limit.value_or(999)));
  }
}

TEST(Counter, AgreesWithTheReferenceOnManySeedsAndLanes) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    const std::size_t rows = random() % 4'000;
    const std::vector<Event> events = random_events(random, rows, 1 + random() % 2'000);
    const auto counter = count(events, {}, 1 + random() % 5, 1 + random() % 2'000);
    AnswerOptions options;
    options.limit.reset();
    expect_reference(*counter, events, {}, options, "seed " + std::to_string(seed));
  }
}

// Of an address, for tests: as many users have one as have a number below ten.
std::string company_of_user(std::string_view email) {
  return email.size() % 3 == 0 ? std::string(unknown_company) : "company " + std::string(email.substr(0, 1));
}

MakeCompaniesOf make_companies_of(std::atomic<std::size_t>& asked) {
  return [&asked] {
    return [&asked, texts = std::vector<std::string>()](std::span<std::string_view> emails) mutable {
      texts.clear();
      for (const std::string_view email : emails) texts.push_back(company_of_user(email));
      std::copy(texts.begin(), texts.end(), emails.begin());
      asked += emails.size();
    };
  };
}

// The batches have other companies, which must not be looked at.
TEST(Counter, FindsCompaniesOnceForEachUser) {
  std::mt19937 random(9);
  for (const std::size_t distinct : {30U, 40'000U}) {
    std::vector<Event> events = random_events(random, 60'000, distinct);
    std::atomic<std::size_t> asked{0};
    Counter counter(every_question(), {}, 0, make_companies_of(asked));
    EXPECT_FALSE(counter.fields().contains(Field::company));
    Counter::Lane& first = counter.lane();
    Counter::Lane& second = counter.lane();
    for (std::size_t begin = 0; begin < events.size(); begin += 1'000) {
      (begin % 3'000 == 0 ? first : second).append(batch_of(events, begin, begin + 1'000).batch);
    }
    std::set<std::string> users;
    for (Event& event : events) {
      event.company = event.email ? company_of_user(*event.email) : std::string(unknown_company);
      if (event.email) users.insert(*event.email);
    }
    AnswerOptions options;
    options.limit.reset();
    const Answer companies = counter.answer(2, options).value();
    EXPECT_EQ(asked, users.size());
    expect_same(companies, reference_answer(events, *find_question("companies"), {}, options), "first");
    expect_reference(counter, events, {}, options, "all");
  }
}

TEST(Counter, TellsNoCompanyFromAnUnknownOne) {
  std::vector<Event> events(5);
  events[0].email = "ann@a";
  std::atomic<std::size_t> asked{0};
  Counter counter({find_question("companies"), find_question("users")}, {}, 0, make_companies_of(asked));
  counter.lane().append(batch_of(events, 0, 5).batch);
  counter.add_events_without_email(3);
  EXPECT_THAT(
      counter.answer(0, {}).value().rows,
      ElementsAre(Count{std::string(none_key), 3}, Count{std::string(unknown_company), 1}, Count{"company a", 1}));
}

TEST(Counter, CountsCompaniesByRowWhereItMust) {
  std::atomic<std::size_t> asked{0};
  const std::vector<const Question*> companies{find_question("companies")};
  EXPECT_TRUE(Counter(companies, {}, 0, make_companies_of(asked)).fields().contains(Field::company)) << "no users";
  EXPECT_TRUE(Counter(every_question(), {}, 1 << 20, make_companies_of(asked)).fields().contains(Field::company))
      << "users may be spilled";
  Filter filter;
  filter.where = {{Field::company, {"a"}}};
  EXPECT_TRUE(Counter(every_question(), filter, 0, make_companies_of(asked)).fields().contains(Field::company))
      << "to judge rows by";
}

TEST(Counter, AgreesWithTheReferenceUnderFilters) {
  std::mt19937 random(3);
  const std::vector<Event> events = random_events(random, 3'000, 20);
  std::vector<Filter> filters(8);
  filters[0].since = 18'720;
  filters[1].until = 18'720;
  filters[2].since = 18'710;
  filters[2].until = 18'730;
  filters[3].where = {{Field::country, {"1", "2"}}, {Field::tags, {"3", "4", "1"}}};
  filters[4].where = {{Field::tags, {std::nullopt}}};
  filters[5].where = {{Field::email, {std::nullopt, "3"}}, {Field::day, {std::nullopt, format_day(18'715)}}};
  filters[6].where = {{Field::company, {std::string(unknown_company)}}};
  filters[7].where = {{Field::action, {"no such action"}}};
  AnswerOptions options;
  options.limit.reset();
  for (std::size_t i = 0; i < filters.size(); ++i) {
    const auto counter = count(events, filters[i], 2);
    expect_reference(*counter, events, filters[i], options, "filter " + std::to_string(i));
  }
}

TEST(Counter, SharesTablesPastTheBoundOfALane) {
  std::mt19937 random(5);
  const std::vector<Event> events = random_events(random, 120'000, 40'000);
  ASSERT_GT(reference_answer(events, *find_question("users"), {}, {}).distinct, 3 * counting::lane_keys_max);
  for (const std::size_t lanes : {1U, 3U}) {
    const auto counter = count(events, {}, lanes, 8'000);
    AnswerOptions options;
    options.limit.reset();
    expect_reference(*counter, events, {}, options, std::to_string(lanes) + " lanes");
  }
}

TEST(Counter, MillionsOfDistinctKeysEachOnce) {
  constexpr std::uint32_t keys = 2'000'000;
  constexpr std::uint32_t batch_rows = 8'000;
  Counter counter({find_question("users")}, {});
  std::vector<std::thread> threads;
  for (std::uint32_t lane = 0; lane < 2; ++lane) {
    threads.emplace_back([&counter] {
      Counter::Lane& end = counter.lane();
      for (std::uint32_t begin = 0; begin < keys; begin += batch_rows) {
        std::vector<Event> events(batch_rows);
        for (std::uint32_t i = 0; i < batch_rows; ++i) events[i].email = std::to_string(begin + i);
        end.append(batch_of(events, 0, batch_rows).batch);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  AnswerOptions options;
  options.limit.reset();
  const Answer answer = counter.answer(0, options).value();
  EXPECT_EQ(answer.distinct, keys);
  EXPECT_EQ(answer.events, 2U * keys);
  EXPECT_TRUE(std::ranges::all_of(answer.rows, [](const Count& row) { return row.events == 2; }));
  EXPECT_TRUE(std::ranges::is_sorted(answer.rows, {}, &Count::key));
}

TEST(Counter, AnswersTheSameAgainAndGoesOnCounting) {
  std::vector<Event> events(2);
  events[0].email = "a";
  events[1].email = "b";
  Counter counter({find_question("users")}, {});
  Counter::Lane& lane = counter.lane();
  lane.append(batch_of(events, 0, 2).batch);
  EXPECT_THAT(counter.answer(0, {}).value().rows, ElementsAre(Count{"a", 1}, Count{"b", 1}));
  lane.append(batch_of(events, 1, 2).batch);
  EXPECT_THAT(counter.answer(0, {}).value().rows, ElementsAre(Count{"b", 2}, Count{"a", 1}));
  EXPECT_THAT(counter.answer(0, {}).value().rows, ElementsAre(Count{"b", 2}, Count{"a", 1}));
}

TEST(Counter, OfNothingKnowsNothing) {
  Counter counter(every_question(), {});
  counter.lane().append(EventBatch{});
  EXPECT_EQ(counter.events(), 0U);
  EXPECT_EQ(counter.first_day(), no_day);
  EXPECT_EQ(counter.last_day(), no_day);
  for (std::size_t i = 0; i < all_questions().size(); ++i) {
    EXPECT_EQ(counter.answer(i, {}).value().distinct, 0U);
    EXPECT_THAT(counter.answer(i, {}).value().rows, IsEmpty());
  }
}

TEST(Counter, DaysAreThoseOfMatchingRows) {
  std::vector<Event> events(5);
  events[0].day = 100;
  events[1].day = -5;
  events[2].day = no_day;
  events[3].day = 7;
  events[4].day = no_day;
  EXPECT_EQ(count(events, {}, 2, 2)->first_day(), -5);
  EXPECT_EQ(count(events, {}, 2, 2)->last_day(), 100);
  Filter filter;
  filter.since = 0;
  filter.until = 50;
  EXPECT_EQ(count(events, filter, 1)->first_day(), 7);
  EXPECT_EQ(count(events, filter, 1)->last_day(), 7);
  EXPECT_EQ(count(events, filter, 1)->events(), 1U);
  filter.since = 200;
  filter.until.reset();
  EXPECT_EQ(count(events, filter, 1)->first_day(), no_day);
}

TEST(Counter, ColumnsThatNoDumpCarriesAreNull) {
  EventBatch batch;
  batch.rows = 3;
  Counter counter(every_question(), {});
  counter.lane().append(batch);
  for (std::size_t i = 0; i < all_questions().size(); ++i) {
    EXPECT_THAT(counter.answer(i, {}).value().rows, ElementsAre(Count{"(none)", 3})) << all_questions()[i]->name;
  }
}

TEST(Counter, NeedsTheFieldsOfQuestionsFilterAndCoverage) {
  Filter filter;
  filter.where = {{Field::ip, {"10.0.0.1"}}};
  EXPECT_EQ(Counter({find_question("users")}, filter).fields(), (FieldSet{Field::email, Field::ip, Field::day}));
}

}  // namespace
}  // namespace weir::counting_tests
