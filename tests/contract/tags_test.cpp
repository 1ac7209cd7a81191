// Tags: who has them, which come together, how they are searched; whatever was loaded, replaced and taken out since.
#include <algorithm>
#include <map>
#include <random>

#include "helpers.h"
#include "weir/tags.h"

namespace weir::contract {
namespace {

class TagContract : public StoreContract {
 protected:
  void put(const Period& period, std::vector<Event> events) {
    dumps_[period] = std::move(events);
    const auto id = load(*store_, {"events", period}, dumps_[period], {.batch_rows = 37});
    ASSERT_DONE(id);
    ids_[period] = *id;
  }
  void drop(const Period& period) {
    ASSERT_DONE(store_->drop(ids_.at(period)));
    dumps_.erase(period);
  }
  void expect_reference(const Filter& filter, const std::string& about) {
    std::vector<Event> events;
    for (const auto& [period, dump] : dumps_) events.insert(events.end(), dump.begin(), dump.end());
    AnswerOptions options;
    options.limit = std::nullopt;
    for (const char* who : {"users", "companies"}) expect_answer({&question(who)}, events, filter, options, about);
    options.missing = Missing::drop;
    expect_answer({&question("users"), &question("companies"), &question("tags"), &tag_pairs_question()}, events,
                  filter, options, about);
  }

 private:
  void expect_answer(const std::vector<const Question*>& asked, const std::vector<Event>& events, const Filter& filter,
                     const AnswerOptions& options, const std::string& about) {
    const auto answers = store_->answer(asked, filter, options);
    ASSERT_DONE(answers);
    const Store::Answers expected = reference_answers(events, asked, filter, options);
    EXPECT_EQ(answers->events, expected.events) << about;
    EXPECT_EQ(answers->first_day, expected.first_day) << about;
    EXPECT_EQ(answers->last_day, expected.last_day) << about;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      EXPECT_EQ(answers->answers[i].rows, expected.answers[i].rows) << about << ": " << asked[i]->name;
      EXPECT_EQ(answers->answers[i].distinct, expected.answers[i].distinct) << about << ": " << asked[i]->name;
    }
  }

  std::map<Period, std::vector<Event>> dumps_;
  std::map<Period, std::int64_t> ids_;
};

const std::vector<std::string>& tag_words() {
  static const std::vector<std::string> words{"policy", "Policy",  "politics", "café",  "CAFÉ", "it's", "a,b",
                                              "100 %",  "x_y",     "back\\s",  "\"q\"", "é",    "zz",   "(none)",
                                              "news",   "Weather", "$1",       "?",     "*",    "日本"};
  return words;
}

// Of one dump: events of each day of it and a few of the day before and after; some without a day, user or tag.
std::vector<Event> dump_of(const Period& period, unsigned seed) {
  std::mt19937 random(seed);
  const auto below = [&](unsigned end) { return static_cast<unsigned>(random() % end); };
  std::vector<Event> events;
  for (DayNumber day = period.first_day() - 1; day <= period.last_day() + 1; ++day) {
    for (unsigned i = below(6); i > 0; --i) {
      Event event = event_on(below(40) == 0 ? no_day : day);
      if (event.day == no_day) event.timestamp_us = no_time_us;
      event.email = below(8) == 0 ? Text{} : "user " + std::to_string(below(30));
      event.company = below(6) == 0 ? std::string(unknown_company) : "company " + std::to_string(below(9));
      if (below(20) == 0) event.company.reset();
      event.country = below(2) == 0 ? "France" : "Peru";
      for (unsigned tags = below(5); tags > 0; --tags) {
        const std::string& tag = tag_words()[below(static_cast<unsigned>(tag_words().size()))];
        if (std::find(event.tags.begin(), event.tags.end(), tag) == event.tags.end()) event.tags.push_back(tag);
      }
      events.push_back(std::move(event));
    }
  }
  return events;
}

Condition any_of(std::vector<std::optional<std::string>> tags) {
  return {Field::tags, std::move(tags)};
}

std::map<std::string, std::vector<Condition>> conditions() {
  return {
      {"no condition", {}},
      {"one tag", {any_of({"policy"})}},
      {"a tag of signs", {any_of({"back\\s"})}},
      {"a tag that is called as what is missing", {any_of({"(none)"})}},
      {"a tag that nobody has", {any_of({"nowhere"})}},
      {"a tag before all others", {any_of({""})}},
      {"any of two", {any_of({"policy", "news"})}},
      {"all of two", {any_of({"policy"}), any_of({"news"})}},
      {"without tags", {any_of({std::nullopt})}},
      {"a tag or none", {any_of({"news", std::nullopt})}},
      {"a prefix", {{Field::tags, {}, {"pol*"}}}},
      {"another case", {{Field::tags, {}, {"cAFé"}}}},
      {"one letter", {{Field::tags, {}, {"?"}}}},
      {"a pattern that finds nothing", {{Field::tags, {}, {"nowhere*"}}}},
      {"a pattern or a tag", {{Field::tags, {"zz"}, {"*e*"}}}},
      {"all of two patterns", {{Field::tags, {}, {"p*"}}, {Field::tags, {}, {"*é"}}}},
      {"a tag and a country", {any_of({"policy"}), {Field::country, {"France"}}}},
  };
}

std::vector<Filter> bounds() {
  const auto day = [](int year, int month, int of_month) { return to_day_number({year, month, of_month}); };
  return {{},
          {.since = day(2020, 11, 1), .until = day(2020, 12, 31), .where = {}},
          {.since = day(2020, 11, 15), .until = {}, .where = {}},
          {.since = {}, .until = day(2020, 10, 1), .where = {}}};
}

TEST_P(TagContract, AnswersAreThoseOfTheReference) {
  const auto expect_all = [&](const std::string& about) {
    for (const auto& [name, where] : conditions()) {
      const std::vector<Filter> all = bounds();
      for (std::size_t i = 0; i < (name == "one tag" || name == "any of two" ? all.size() : 1); ++i) {
        Filter filter = all[i];
        filter.where = where;
        expect_reference(filter, about + ", " + name + ", bounds " + std::to_string(i));
        if (testing::Test::HasFailure()) return;
      }
    }
  };
  for (int i = 0; i < 14; ++i) {
    const Period period{2020 + i / 12, i % 12 + 1, 0};
    put(period, dump_of(period, static_cast<unsigned>(i)));
  }
  expect_all("14 months");
  put({2020, 11, 0}, dump_of({2020, 11, 0}, 99));
  drop({2020, 3, 0});
  expect_all("one replaced, one dropped");
}

TEST_P(TagContract, NothingLoadedHasNoTags) {
  ASSERT_DONE(store_->migrate());
  expect_reference({.since = {}, .until = {}, .where = {any_of({"policy"})}}, "empty");
  put({2021, 4, 0}, {event_on(april_1)});
  expect_reference({.since = {}, .until = {}, .where = {any_of({"policy"})}}, "no tags");
  expect_reference({}, "no tags");
}

TEST_P(TagContract, AnEventOfTooManyTagsMakesNoPairs) {
  Event many = event_on(april_1);
  many.email = "ann";
  for (std::size_t i = 0; i <= pair_tags_max; ++i) many.tags.push_back("tag " + std::to_string(i));
  Event few = many;
  few.tags.resize(3);
  put({2021, 4, 0}, {many, few, few});
  expect_reference({}, "too many");
  expect_reference({.since = {}, .until = {}, .where = {any_of({"tag 1000"})}}, "its last tag");
}

WEIR_CONTRACT_SUITE(TagContract);

}  // namespace
}  // namespace weir::contract
