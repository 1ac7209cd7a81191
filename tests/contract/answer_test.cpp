// Every question, filter and option against the slow reference.
#include <algorithm>
#include <random>

#include "helpers.h"
#include "weir/progress.h"

namespace weir::contract {
namespace {

using testing::IsEmpty;

class AnswerContract : public StoreContract {};

std::string every_ascii() {
  std::string text;
  for (char c = 1; c < 127; ++c) text += c;
  return text + "\x7F";
}

// Few values, so that ties, merges and combinations all happen; among them everything that is easily got wrong.
const std::vector<Text> words{std::nullopt,
                              "Palau",
                              "palau",
                              "(none)",
                              "Unknown company",
                              "a longer text than twelve",
                              "a longer text 2",
                              "\xC3\xA9t\xC3\xA9",
                              "Z",
                              "z",
                              "%_'",
                              "\xF0\x9F\x90\xA6",
                              "$1",
                              "a\x1F\x1E",
                              every_ascii()};

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_); }
  bool chance(int percent) { return below(100) < static_cast<std::size_t>(percent); }
  Text word() { return words[std::min(below(words.size()), below(words.size()))]; }

 private:
  std::mt19937 random_;
};

constexpr std::array filtered{Field::id,  Field::timestamp, Field::email, Field::country, Field::ip,
                              Field::uri, Field::action,    Field::tags,  Field::company, Field::day};

Event random_event(Dice& dice) {
  Event event;
  if (!dice.chance(3)) {
    event = event_on(to_day_number({2020, 12, 20}) + static_cast<DayNumber>(dice.below(30)));
    event.timestamp_us += static_cast<std::int64_t>(dice.below(4)) * 1000000;
  }
  for (Text* text : {&event.id, &event.email, &event.company, &event.country, &event.ip, &event.uri, &event.action}) {
    *text = dice.word();
  }
  for (std::size_t i = dice.below(4); i > 0; --i) {
    const Text tag = dice.word();
    if (tag && std::find(event.tags.begin(), event.tags.end(), *tag) == event.tags.end()) event.tags.push_back(*tag);
  }
  return event;
}

std::vector<Event> random_events(unsigned seed, std::size_t count) {
  Dice dice(seed);
  std::vector<Event> events;
  for (std::size_t i = 0; i < count; ++i) events.push_back(random_event(dice));
  return events;
}

Text random_value(Dice& dice, Field field, const std::vector<Event>& events) {
  const Event& event = events[dice.below(events.size())];
  if (dice.chance(10)) return std::nullopt;
  if (field == Field::day) return event.day == no_day ? Text{"2020-12-25"} : format_day(event.day);
  if (field == Field::timestamp) {
    return event.timestamp_us == no_time_us ? Text{"yesterday"} : timestamp_text(event.timestamp_us);
  }
  return dice.word();
}

Filter random_filter(Dice& dice, const std::vector<Event>& events) {
  Filter filter;
  const DayNumber start = to_day_number({2020, 12, 20});
  if (dice.chance(30)) filter.since = start + static_cast<DayNumber>(dice.below(30));
  if (dice.chance(30)) filter.until = start + static_cast<DayNumber>(dice.below(30));
  for (const Field field : filtered) {
    if (!dice.chance(12)) continue;
    Condition condition{field, {}};
    for (std::size_t i = dice.below(4) + 1; i > 0; --i) condition.any_of.push_back(random_value(dice, field, events));
    filter.where.push_back(std::move(condition));
  }
  return filter;
}

AnswerOptions random_options(Dice& dice) {
  AnswerOptions options;
  const std::array<std::optional<std::uint64_t>, 5> limits{std::nullopt, 0, 1, 3, 1000};
  options.limit = limits[dice.below(limits.size())];
  options.sort = dice.chance(50) ? Sort::events : Sort::key;
  options.by = std::array{By::day, By::week, By::month, By::year}[dice.below(4)];
  options.missing = dice.chance(30) ? Missing::drop : Missing::keep;
  for (auto& fill : options.fill) {
    if (dice.chance(30)) fill = dice.word().value_or("filled in");
  }
  return options;
}

void expect_same(const Store::Answers& actual, const Store::Answers& expected) {
  EXPECT_EQ(actual.events, expected.events);
  EXPECT_EQ(actual.first_day, expected.first_day);
  EXPECT_EQ(actual.last_day, expected.last_day);
  ASSERT_EQ(actual.answers.size(), expected.answers.size());
  for (std::size_t i = 0; i < expected.answers.size(); ++i) {
    SCOPED_TRACE(expected.answers[i].question->name);
    EXPECT_EQ(actual.answers[i].question, expected.answers[i].question);
    EXPECT_EQ(actual.answers[i].events, expected.answers[i].events);
    EXPECT_EQ(actual.answers[i].distinct, expected.answers[i].distinct);
    EXPECT_EQ(actual.answers[i].rows, expected.answers[i].rows);
  }
}

TEST_P(AnswerContract, AgreesWithTheReferenceOnEverything) {
  const std::vector<Event> events = random_events(1, 3000);
  const std::vector<Event> first(events.begin(), events.begin() + 1700);
  const std::vector<Event> second(events.begin() + 1700, events.end());
  ASSERT_DONE(load(*store_, april, first, {.batch_rows = 170}));
  ASSERT_DONE(load(*store_, may, second, {.batch_rows = 4000}));
  Dice dice(2);
  for (int round = 0; round < 250; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    const Filter filter = round == 0 ? Filter{} : random_filter(dice, events);
    const AnswerOptions options = round == 0 ? AnswerOptions{} : random_options(dice);
    const auto answers = store_->answer(questions(), filter, options);
    ASSERT_DONE(answers);
    expect_same(*answers, reference_answers(events, questions(), filter, options));
    if (HasFailure()) break;
  }
}

TEST_P(AnswerContract, OrdersTiesByTheirBytes) {
  std::vector<Event> events;
  for (const char* country : {"b", "B", "a", "\xC3\xA9", "aa", "A", "~", "Z", "\xF0\x9F\x90\xA6", "\xEF\xBC\xA1"}) {
    events.push_back(event_on(april_1, country));
  }
  events.push_back(event_on(april_1, "zz"));
  events.push_back(event_on(april_1, "zz"));
  ASSERT_DONE(load(*store_, april, events));
  std::vector<std::string> keys;
  for (const Count& count : rows_of(*store_, "countries")) keys.push_back(count.key);
  EXPECT_EQ(keys, (std::vector<std::string>{"zz", "A", "B", "Z", "a", "aa", "b", "~", "\xC3\xA9", "\xEF\xBC\xA1",
                                            "\xF0\x9F\x90\xA6"}));
}

TEST_P(AnswerContract, CountsDistinctKeysBeforeTheLimit) {
  std::vector<Event> events = random_events(3, 500);
  ASSERT_DONE(load(*store_, april, events));
  AnswerOptions options;
  options.limit = 2;
  const auto answers = store_->answer(questions(), {}, options);
  ASSERT_DONE(answers);
  for (const Answer& answer : answers->answers) {
    EXPECT_EQ(answer.rows.size(), 2U);
    EXPECT_GT(answer.distinct, 2U);
  }
}

TEST_P(AnswerContract, NamesWeeksAcrossTheYear) {
  ASSERT_DONE(load(*store_, april,
                   {event_on(to_day_number({2021, 1, 3})), event_on(to_day_number({2021, 1, 4})),
                    event_on(to_day_number({2018, 12, 31})), event_on(to_day_number({2021, 4, 1}))}));
  AnswerOptions options;
  options.sort = Sort::key;
  options.by = By::week;
  const std::vector<const Question*> asked{&question("dates")};
  const auto answers = store_->answer(asked, {}, options);
  ASSERT_DONE(answers);
  EXPECT_EQ(answers->answers.front().rows,
            (std::vector<Count>{{"2019-W01", 1}, {"2020-W53", 1}, {"2021-W01", 1}, {"2021-W13", 1}}));
}

TEST_P(AnswerContract, AnswersNothingFromNoRows) {
  ASSERT_DONE(load(*store_, april, {}));
  const auto answers = store_->answer(questions(), {}, {});
  ASSERT_DONE(answers);
  EXPECT_EQ(answers->events, 0U);
  EXPECT_EQ(answers->first_day, no_day);
  for (const Answer& answer : answers->answers) {
    EXPECT_EQ(answer.distinct, 0U);
    EXPECT_THAT(answer.rows, IsEmpty());
  }
}

TEST_P(AnswerContract, ConditionsThatNoRowCanMeetMatchNothing) {
  ASSERT_DONE(load(*store_, april, some_events(3, april_1, "Palau")));
  for (const auto& [field, value] : std::vector<std::pair<Field, std::string>>{{Field::day, "2021-4-1"},
                                                                               {Field::day, "2021"},
                                                                               {Field::timestamp, "soon"},
                                                                               {Field::timestamp, ""},
                                                                               {Field::country, "palau"},
                                                                               {Field::country, "' OR true --"}}) {
    EXPECT_THAT(rows_of(*store_, "countries", {.since = {}, .until = {}, .where = {{field, {value}}}}), IsEmpty())
        << value;
  }
  EXPECT_THAT(rows_of(*store_, "countries", {.since = {}, .until = {}, .where = {{Field::country, {}}}}), IsEmpty());
}

TEST_P(AnswerContract, StopsWhenInterrupted) {
  std::vector<Event> events;
  events.reserve(300000);
  for (int i = 0; i < 300000; ++i) events.push_back(event_on(april_1, "country " + std::to_string(i)));
  ASSERT_DONE(load(*store_, april, events, {.batch_rows = 4000}));
  AnswerOptions options;
  options.limit = std::nullopt;
  const std::vector<const Question*> asked(50, &question("countries"));
  request_interrupt();
  const auto answers = store_->answer(asked, {}, options);
  clear_interrupt();
  ASSERT_FALSE(answers.has_value());
  EXPECT_EQ(answers.error().kind, ErrorKind::interrupted);
  EXPECT_EQ(rows_of(*store_, "dates"), (std::vector<Count>{{"2021-04-01", 300000}}));
}

WEIR_CONTRACT_SUITE(AnswerContract);

}  // namespace
}  // namespace weir::contract
