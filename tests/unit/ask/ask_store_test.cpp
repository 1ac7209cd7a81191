#include <gmock/gmock.h>

#include "../ingest/memory_store.h"
#include "ask/ask.h"

namespace weir::ask_tests {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Answers whatever the test says; the coverage is what is looked at.
class AnsweringStore final : public ingest_tests::MemoryStore {
 public:
  Answers answers;
  [[nodiscard]] Result<Answers> answer(std::span<const Question* const>, const Filter&, const AnswerOptions&) override {
    return answers;
  }
};

Ingestion loaded(const Period& period, DayNumber first_day, DayNumber last_day, std::uint64_t rejected = 0,
                 const std::string& source = "events") {
  Ingestion ingestion;
  ingestion.slot = {source, period};
  ingestion.status = IngestionStatus::loaded;
  ingestion.first_day = first_day;
  ingestion.last_day = last_day;
  ingestion.rows_rejected = rejected;
  return ingestion;
}

DayNumber day(int month, int number) {
  return to_day_number({2021, month, number});
}

class AskStore : public testing::Test {
 protected:
  AskStore() {
    store_.answers.loaded = {loaded({2021, 1, 0}, day(1, 1), day(1, 31), 1),
                             loaded({2021, 4, 0}, day(3, 31), day(4, 30), 10),
                             loaded({2021, 5, 0}, no_day, no_day, 100)};
  }
  Coverage ask(std::optional<DayNumber> since, std::optional<DayNumber> until) {
    asked_.filter.since = since;
    asked_.filter.until = until;
    return ask_store(store_, asked_).value().coverage;
  }

  AnsweringStore store_;
  Asked asked_{{find_question("countries")}, {}, {}};
};

TEST_F(AskStore, StandsOnAllLoadedDumps) {
  const Coverage coverage = ask({}, {});
  EXPECT_THAT(coverage.periods, ElementsAre(Period{2021, 1, 0}, Period{2021, 4, 0}, Period{2021, 5, 0}));
  EXPECT_THAT(coverage.missing, ElementsAre(Period{2021, 2, 0}, Period{2021, 3, 0}));
  EXPECT_EQ(coverage.rejected, 111U);
}

TEST_F(AskStore, ADumpBelongsToTheDaysOfItsEvents) {
  const Coverage march = ask(day(3, 1), day(3, 31));
  EXPECT_THAT(march.periods, ElementsAre(Period{2021, 4, 0})) << "April's file starts on 31 March";
  EXPECT_THAT(march.missing, ElementsAre(Period{2021, 3, 0}));
  EXPECT_EQ(march.rejected, 10U);
}

TEST_F(AskStore, ADumpWithoutEventsBelongsToItsPeriod) {
  EXPECT_THAT(ask(day(5, 10), {}).periods, ElementsAre(Period{2021, 5, 0}));
  EXPECT_THAT(ask(day(6, 1), {}).periods, IsEmpty());
}

TEST_F(AskStore, AGapOfOneSourceIsNotFilledByAnother) {
  store_.answers.loaded = {loaded({2021, 1, 0}, day(1, 1), day(1, 31)), loaded({2021, 3, 0}, day(3, 1), day(3, 31)),
                           loaded({2021, 2, 0}, day(2, 1), day(2, 28), 0, "other")};
  const Coverage coverage = ask({}, {});
  EXPECT_THAT(coverage.periods, ElementsAre(Period{2021, 1, 0}, Period{2021, 2, 0}, Period{2021, 3, 0}));
  EXPECT_THAT(coverage.missing, ElementsAre(Period{2021, 2, 0}));
}

TEST_F(AskStore, HandsOnTheStoresAnswers) {
  store_.answers.events = 7;
  store_.answers.first_day = day(1, 1);
  store_.answers.last_day = day(4, 30);
  store_.answers.answers = {Answer{find_question("countries"), 1, 7, {{"France", 7}}}};
  const Insights insights = ask_store(store_, asked_).value();
  EXPECT_EQ(insights.events, 7U);
  EXPECT_EQ(insights.coverage.first_day, day(1, 1));
  EXPECT_EQ(insights.coverage.last_day, day(4, 30));
  EXPECT_THAT(insights.answers.front().rows, ElementsAre(Count{"France", 7}));
}

}  // namespace
}  // namespace weir::ask_tests
