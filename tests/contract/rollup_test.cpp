// Answers over many months: from rollups, from rows, and from both, whatever was loaded, replaced and taken out since.
#include <algorithm>
#include <map>
#include <random>

#include "helpers.h"

namespace weir::contract {
namespace {

class RollupContract : public StoreContract {};

constexpr const char* merged_runs = "SELECT count(*) FROM key_runs WHERE array_length(ingestion_ids, 1) > 1";

Period month(int number) {
  return {2019 + number / 12, number % 12 + 1, 0};
}

// Of one dump: some events of each day of it, a few of the day before, few enough keys to meet again in other months.
std::vector<Event> dump_of(const Period& period, unsigned seed) {
  std::mt19937 random(seed);
  const auto below = [&](unsigned end) { return static_cast<unsigned>(random() % end); };
  std::vector<Event> events;
  for (DayNumber day = period.first_day() - 1; day <= period.last_day(); ++day) {
    for (unsigned i = below(day < period.first_day() ? 2 : 4); i > 0; --i) {
      Event event = event_on(day, below(9) == 0 ? Text{} : "country " + std::to_string(below(5)));
      event.email = "user " + std::to_string(below(40));
      event.company = below(3) == 0 ? std::string(unknown_company) : "company";
      event.uri = below(5) == 0 ? Text{} : "/" + std::to_string(below(300));
      for (unsigned tag = below(3); tag > 0; --tag) event.tags.push_back("tag " + std::to_string(tag));
      events.push_back(std::move(event));
    }
  }
  return events;
}

// What is loaded, beside the store.
class Loaded {
 public:
  explicit Loaded(Store& store) : store_(store) {}

  void put(const Period& period, unsigned seed) {
    dumps_[period] = dump_of(period, seed);
    const auto id = load(store_, {"events", period}, dumps_[period], {.batch_rows = 50});
    ASSERT_DONE(id);
    ids_[period] = *id;
  }
  void drop(const Period& period) {
    ASSERT_DONE(store_.drop(ids_.at(period)));
    dumps_.erase(period);
  }
  void expect_reference(const Filter& filter) const {
    std::vector<Event> events;
    for (const auto& [period, dump] : dumps_) events.insert(events.end(), dump.begin(), dump.end());
    AnswerOptions options;
    options.limit = std::nullopt;
    const auto answers = store_.answer(questions(), filter, options);
    ASSERT_DONE(answers);
    const Store::Answers expected = reference_answers(events, questions(), filter, options);
    EXPECT_EQ(answers->events, expected.events);
    EXPECT_EQ(answers->first_day, expected.first_day);
    EXPECT_EQ(answers->last_day, expected.last_day);
    for (std::size_t i = 0; i < expected.answers.size(); ++i) {
      EXPECT_EQ(answers->answers[i].rows, expected.answers[i].rows) << expected.answers[i].question->name;
      EXPECT_EQ(answers->answers[i].distinct, expected.answers[i].distinct) << expected.answers[i].question->name;
    }
  }
  // All time, whole years and months, and bounds that cut months.
  void expect_reference() const {
    const auto day = [](int year, int month, int of_month) { return to_day_number({year, month, of_month}); };
    const std::vector<std::pair<std::optional<DayNumber>, std::optional<DayNumber>>> bounds{
        {{}, {}},
        {day(2019, 6, 1), {}},
        {{}, day(2019, 12, 31)},
        {day(2020, 1, 1), day(2020, 12, 31)},
        {day(2019, 3, 15), day(2020, 2, 10)},
        {day(2019, 7, 31), day(2019, 7, 31)},
        {day(2035, 1, 1), {}}};
    for (const auto& [since, until] : bounds) {
      SCOPED_TRACE((since ? format_day(*since) : "") + ".." + (until ? format_day(*until) : ""));
      expect_reference({.since = since, .until = until, .where = {}});
      if (testing::Test::HasFailure()) return;
    }
  }

 private:
  Store& store_;
  std::map<Period, std::vector<Event>> dumps_;
  std::map<Period, std::int64_t> ids_;
};

TEST_P(RollupContract, MonthsLoadedReplacedAndDroppedAnswerAsTheirRows) {
  Loaded loaded(*store_);
  for (int i = 0; i < 11; ++i) loaded.put(month(i), static_cast<unsigned>(i));
  EXPECT_EQ(database_->number(merged_runs), 0);
  for (int i = 11; i < 15; ++i) loaded.put(month(i), static_cast<unsigned>(i));
  EXPECT_GT(database_->number(merged_runs), 0);
  loaded.expect_reference();
  loaded.put(month(4), 100);
  EXPECT_GT(database_->number(merged_runs), 0);
  loaded.expect_reference();
  loaded.drop(month(8));
  EXPECT_EQ(database_->number(merged_runs), 0);
  loaded.expect_reference();
  loaded.put(month(8), 101);
  EXPECT_GT(database_->number(merged_runs), 0);
  loaded.expect_reference();
}

TEST_P(RollupContract, DaysAddUpLongBeforeTheYearIsWhole) {
  Loaded loaded(*store_);
  Period day{2019, 1, 1};
  for (unsigned i = 0; i < 80; ++i, day = day.next()) loaded.put(day, i);
  EXPECT_GT(database_->number(merged_runs), 0);
  loaded.expect_reference();
  loaded.put({2019, 2, 3}, 200);
  loaded.drop({2019, 1, 7});
  loaded.expect_reference();
}

TEST_P(RollupContract, AnswersWithoutConditionsDoNotReadTheRows) {
  ASSERT_DONE(load(*store_, april, some_events(5, april_1, "Palau")));
  database_->execute("DELETE FROM " + database_->rows_table());
  EXPECT_EQ(rows_of(*store_, "countries"), (std::vector<Count>{{"Palau", 5}}));
  EXPECT_EQ(rows_of(*store_, "dates", {.since = april_1, .until = {}, .where = {}}),
            (std::vector<Count>{{"2021-04-01", 5}}));
  const Filter condition{.since = {}, .until = {}, .where = {{Field::country, {"Palau"}}}};
  EXPECT_EQ(rows_of(*store_, "countries", condition), std::vector<Count>{});
}

TEST_P(RollupContract, DumpsLoadedWithoutOneAreCountedFromTheirRows) {
  Loaded loaded(*store_);
  for (int i = 0; i < 6; ++i) loaded.put(month(i), static_cast<unsigned>(i));
  database_->execute("DELETE FROM key_runs WHERE ingestion_ids = (SELECT min(ingestion_ids) FROM key_runs)");
  loaded.expect_reference();
  database_->execute("DELETE FROM key_runs");
  loaded.expect_reference();
}

TEST_P(RollupContract, ADamagedRunIsAnErrorNotACount) {
  ASSERT_DONE(load(*store_, april, some_events(5, april_1, "Palau")));
  const std::vector<const Question*> asked{&question("countries")};
  database_->execute("UPDATE key_runs SET events = events + 1 WHERE field = 'country'");
  const auto other_sum = store_->answer(asked, {}, {});
  ASSERT_FALSE(other_sum.has_value());
  EXPECT_THAT(other_sum.error().why, testing::HasSubstr("damaged"));
  database_->execute(
      "UPDATE key_runs SET run = (SELECT run FROM key_runs WHERE field = 'email'), "
      "events = 4, keys = 1 WHERE field = 'country'");
  ASSERT_FALSE(store_->answer(asked, {}, {}).has_value());
  database_->execute("DELETE FROM key_runs WHERE field = 'country'");  // then it is counted from the rows
  EXPECT_EQ(rows_of(*store_, "countries"), (std::vector<Count>{{"Palau", 5}}));
}

TEST_P(RollupContract, AFailedLoadLeavesNone) {
  const std::vector<Event> events = some_events(500, april_1, "Palau");
  FakeScan scan(
      events,
      {.batch_rows = 100, .error = Error{ErrorKind::failed, "cannot read", "it", "broken", ""}, .error_at = 300});
  const auto begun = store_->begin_load(april);
  ASSERT_DONE(begun);
  ASSERT_DONE((*begun)->start(a_request()));
  const Status appended = (*begun)->append(scan, 2);
  ASSERT_FALSE(appended.has_value());
  ASSERT_DONE((*begun)->abort(appended.error(), {}));
  EXPECT_EQ(database_->number("SELECT count(*) FROM key_runs"), 0);
}

WEIR_CONTRACT_SUITE(RollupContract);

}  // namespace
}  // namespace weir::contract
