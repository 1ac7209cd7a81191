// The index of tags: what it answers without the rows, that it goes with its ingestion, and that it never guesses.
#include <algorithm>
#include <map>
#include <random>

#include "helpers.h"

namespace weir::contract {
namespace {

constexpr const char* tag_runs = "SELECT count(*) FROM tag_runs";
constexpr const char* summed = "SELECT coalesce(max(array_length(ingestion_ids, 1)), 0) FROM tag_sums";
constexpr DayNumber year_begin = 17'897;  // 2019-01-01

Filter of_tag(const std::string& tag, std::optional<DayNumber> since = {}, std::optional<DayNumber> until = {}) {
  return {.since = since, .until = until, .where = {{Field::tags, {tag}}}};
}

Event tagged(DayNumber day, const std::string& user, std::vector<std::string> tags) {
  Event event = event_on(day, "Palau");
  event.email = user;
  event.company = "company of " + user;
  event.tags = std::move(tags);
  return event;
}

class TagIndexContract : public StoreContract {
 protected:
  // Two days of the month, and one of the month before.
  std::int64_t put(int month, unsigned seed = 0) {
    std::mt19937 random(static_cast<unsigned>(month) + 1'000 * seed);
    const Period period{2019 + month / 12, month % 12 + 1, 0};
    std::vector<Event> events;
    for (int i = 0; i < 60; ++i) {
      const DayNumber day = period.first_day() + static_cast<DayNumber>(random() % 3) - 1;
      events.push_back(tagged(day, "user " + std::to_string(random() % 40), {"tag " + std::to_string(random() % 9)}));
      if (random() % 9 == 0) events.back().email.reset();
      if (random() % 9 == 0) events.back().company.reset();
      if (random() % 3 == 0) events.back().tags.emplace_back("often");
    }
    const auto id = load(*store_, {"events", period}, events, {.batch_rows = 17});
    EXPECT_TRUE(id.has_value()) << to_string(id.error());
    dumps_[period] = std::move(events);
    return id.value_or(0);
  }
  // Users, companies and days of some tags between some bounds, beside the reference.
  void expect_reference(const std::string& about) {
    SCOPED_TRACE(about);
    std::vector<Event> events;
    for (const auto& [period, dump] : dumps_) events.insert(events.end(), dump.begin(), dump.end());
    AnswerOptions options;
    options.limit = std::nullopt;
    const std::vector<const Question*> asked{&question("users"), &question("companies"), &question("dates")};
    const std::vector<std::pair<std::optional<DayNumber>, std::optional<DayNumber>>> bounds{
        {{}, {}}, {year_begin + 365, {}}, {{}, year_begin + 151}, {year_begin + 59, year_begin + 200}};
    for (const char* tag : {"often", "tag 3", "nobody has this"}) {
      for (const auto& [since, until] : bounds) {
        const Filter filter = of_tag(tag, since, until);
        const auto answers = store_->answer(asked, filter, options);
        ASSERT_DONE(answers);
        const Store::Answers expected = reference_answers(events, asked, filter, options);
        EXPECT_EQ(answers->events, expected.events) << tag;
        EXPECT_EQ(answers->first_day, expected.first_day) << tag;
        EXPECT_EQ(answers->last_day, expected.last_day) << tag;
        for (std::size_t i = 0; i < asked.size(); ++i) {
          EXPECT_EQ(answers->answers[i].rows, expected.answers[i].rows) << tag << ": " << asked[i]->name;
          EXPECT_EQ(answers->answers[i].distinct, expected.answers[i].distinct) << tag << ": " << asked[i]->name;
        }
      }
    }
  }
  std::map<Period, std::vector<Event>> dumps_;
};

TEST_P(TagIndexContract, AnswersAsTheRowsWhateverWasReplacedAndDropped) {
  std::map<int, std::int64_t> ids;
  for (int month = 0; month < 26; ++month) ids[month] = put(month);
  EXPECT_EQ(database_->number(summed), 24) << "once a year's months are more, they are added up";
  expect_reference("26 months");
  put(4, 1);
  EXPECT_EQ(database_->number(summed), 26) << "what stood for the former one is gone, and all are added up";
  expect_reference("one replaced");
  ASSERT_DONE(store_->drop(ids.at(8)));
  EXPECT_EQ(database_->number("SELECT count(*) FROM tag_sums") + database_->number("SELECT count(*) FROM key_sums"), 0);
  dumps_.erase({2019, 9, 0});
  expect_reference("one dropped");
  put(8, 1);
  EXPECT_EQ(database_->number(summed), 26);
  expect_reference("loaded again");
  database_->execute("DELETE FROM tag_runs WHERE " + std::to_string(ids.at(20)) + " = ANY (ingestion_ids)");
  expect_reference("one without an index");
  database_->execute("DELETE FROM key_runs WHERE ingestion_ids = (SELECT min(ingestion_ids) FROM key_runs)");
  expect_reference("one without key runs");
  database_->execute("DELETE FROM tag_sums");
  expect_reference("none added up");
  database_->execute("DELETE FROM tag_runs");
  expect_reference("none with an index");
}

TEST_P(TagIndexContract, ReadsOneRunOfYears) {
  for (int month = 0; month < 12; ++month) put(month);
  database_->execute("DELETE FROM tag_runs");
  database_->execute("DELETE FROM key_runs");
  database_->execute("DELETE FROM " + database_->rows_table());
  const auto users = rows_of(*store_, "users", of_tag("often"));
  std::vector<Event> events;
  for (const auto& [period, dump] : dumps_) events.insert(events.end(), dump.begin(), dump.end());
  AnswerOptions options;
  options.limit = std::nullopt;
  const Store::Answers expected = reference_answers(events, {&question("users")}, of_tag("often"), options);
  EXPECT_EQ(users, expected.answers.front().rows);
  EXPECT_EQ(rows_of(*store_, "users", of_tag("often", year_begin - 1)), users) << "since is before all of it";
  EXPECT_TRUE(rows_of(*store_, "users", of_tag("often", year_begin)).empty()) << "since is within it";
}

TEST_P(TagIndexContract, MonthsWithUndatedEventsAreNotAddedUp) {
  for (int month = 0; month < 12; ++month) put(month);
  std::vector<Event> events{tagged(no_day, "ann", {"often"}), tagged(year_begin + 400, "ann", {"often"})};
  events.front().timestamp_us = no_time_us;
  dumps_[{2020, 2, 0}] = events;
  ASSERT_DONE(load(*store_, {"events", {2020, 2, 0}}, events));
  for (int month = 14; month < 27; ++month) put(month);
  EXPECT_EQ(database_->number(summed), 24);
  expect_reference("one with an undated event");
}

TEST_P(TagIndexContract, DoesNotReadTheRows) {
  const std::vector<Event> events{tagged(april_1, "ann", {"policy", "news"}), tagged(april_1, "ann", {"policy"}),
                                  tagged(april_1 + 1, "bob", {"policy"}), tagged(april_1 + 1, "bob", {})};
  ASSERT_DONE(load(*store_, april, events));
  database_->execute("DELETE FROM " + database_->rows_table());
  EXPECT_EQ(rows_of(*store_, "users", of_tag("policy")), (std::vector<Count>{{"ann", 2}, {"bob", 1}}));
  EXPECT_EQ(rows_of(*store_, "companies", of_tag("news")), (std::vector<Count>{{"company of ann", 1}}));
  EXPECT_EQ(rows_of(*store_, "users", of_tag("news", april_1, april_1 + 29)), (std::vector<Count>{{"ann", 1}}));
  EXPECT_EQ(rows_of(*store_, "dates", of_tag("policy")), (std::vector<Count>{{"2021-04-01", 2}, {"2021-04-02", 1}}));
  // These are asked of the rows.
  Filter and_country = of_tag("policy");
  and_country.where.push_back({Field::country, {"Palau"}});
  const Filter any_of_two{.since = {}, .until = {}, .where = {{Field::tags, {"policy", "news"}}}};
  for (const Filter& filter : {and_country, any_of_two, of_tag("policy", april_1 + 1, {})}) {
    EXPECT_EQ(rows_of(*store_, "users", filter), std::vector<Count>{});
  }
  EXPECT_EQ(rows_of(*store_, "countries", of_tag("policy")), std::vector<Count>{});
}

TEST_P(TagIndexContract, GoesWithItsIngestion) {
  const auto first = load(*store_, april, {tagged(april_1, "ann", {"policy"})});
  ASSERT_DONE(first);
  EXPECT_EQ(database_->number(tag_runs), 1);
  const auto second = load(*store_, april, {tagged(april_1, "bob", {"policy"})});
  ASSERT_DONE(second);
  EXPECT_EQ(database_->number("SELECT min(ingestion_ids[1]) FROM tag_runs"), *second);
  EXPECT_EQ(database_->number(tag_runs), 1);
  EXPECT_EQ(rows_of(*store_, "users", of_tag("policy")), (std::vector<Count>{{"bob", 1}}));
  ASSERT_DONE(store_->drop(*second));
  EXPECT_EQ(database_->number(tag_runs), 0);

  const std::vector<Event> many(500, tagged(april_1, "ann", {"policy"}));
  FakeScan scan(
      many, {.batch_rows = 100, .error = Error{ErrorKind::failed, "cannot read", "it", "broken", ""}, .error_at = 300});
  const auto begun = store_->begin_load(april);
  ASSERT_DONE(begun);
  ASSERT_DONE((*begun)->start(a_request()));
  const Status appended = (*begun)->append(scan, 2);
  ASSERT_FALSE(appended.has_value());
  ASSERT_DONE((*begun)->abort(appended.error(), {}));
  EXPECT_EQ(database_->number(tag_runs), 0);
}

TEST_P(TagIndexContract, IsReadByTheTagAlone) {
  std::vector<Event> events;
  events.reserve(9'000);
  for (int i = 0; i < 9'000; ++i) {
    events.push_back(tagged(april_1, "user " + std::to_string(i % 7), {"tag " + std::to_string(i), "é"}));
  }
  ASSERT_DONE(load(*store_, april, events));
  EXPECT_GT(database_->number(tag_runs), 1) << "long enough for pieces";
  for (const char* tag : {"tag 0", "tag 4711", "tag 8999"})
    EXPECT_EQ(rows_of(*store_, "users", of_tag(tag)).size(), 1U);
  EXPECT_EQ(rows_of(*store_, "users", of_tag("é")).size(), 7U);
  database_->execute("DELETE FROM tag_runs WHERE from_tag <= 'tag 5' AND to_tag > 'tag 5'");
  EXPECT_EQ(rows_of(*store_, "users", of_tag("tag 5")).size(), 1U) << "counted from its rows";
}

TEST_P(TagIndexContract, DamagedIsAnErrorNotACount) {
  ASSERT_DONE(load(*store_, april, {tagged(april_1, "ann", {"policy"}), tagged(april_1, "bob", {"policy"})}));
  const std::vector<const Question*> asked{&question("users")};
  ASSERT_DONE(store_->answer(asked, of_tag("policy"), {}));
  database_->execute(
      "UPDATE key_runs SET keys = 1, events = 1, run = (SELECT run FROM key_runs WHERE field = 'country') "
      "WHERE field = 'email'");
  const auto other_keys = store_->answer(asked, of_tag("policy"), {});
  ASSERT_FALSE(other_keys.has_value());
  EXPECT_THAT(other_keys.error().why, testing::HasSubstr("that its key runs do not have"));
  database_->execute("UPDATE tag_runs SET run = (SELECT run FROM key_runs WHERE field = 'uri')");
  const auto other_bytes = store_->answer(asked, of_tag("policy"), {});
  ASSERT_FALSE(other_bytes.has_value());
  EXPECT_THAT(other_bytes.error().why, testing::HasSubstr("damaged"));
}

WEIR_CONTRACT_SUITE(TagIndexContract);

}  // namespace
}  // namespace weir::contract
