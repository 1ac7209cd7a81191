#include "cli/period_arguments.h"

#include <gmock/gmock.h>

namespace weir::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const DayNumber today = to_day_number({2021, 4, 10});

TEST(AskedPeriods, AreSortedAndEachOnce) {
  const auto asked = asked_periods({"2021-03", "2021-01..2021-03"}, Granularity::month, today).value();
  EXPECT_THAT(asked.periods, ElementsAre(Period{2021, 1, 0}, Period{2021, 2, 0}, Period{2021, 3, 0}));
  EXPECT_FALSE(asked.single);
}

TEST(AskedPeriods, OnePeriodNamedIsExpectedToBeThere) {
  EXPECT_TRUE(asked_periods({"2021-03"}, Granularity::month, today)->single);
  EXPECT_TRUE(asked_periods({"last-month"}, Granularity::month, today)->single);
  EXPECT_FALSE(asked_periods({"2021"}, Granularity::month, today)->single);
  EXPECT_FALSE(asked_periods({"2021-02", "2021-03"}, Granularity::month, today)->single);
}

TEST(AskedPeriods, AMonthOfADailySourceIsItsDays) {
  EXPECT_THAT(asked_periods({"2021-02"}, Granularity::day, today)->periods, SizeIs(28));
}

TEST(AskedPeriods, RefuseWhatIsNoPeriod) {
  const auto asked = asked_periods({"2021-13"}, Granularity::month, today);
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().kind, ErrorKind::usage);
}

class NamedIngestions : public testing::Test {
 protected:
  NamedIngestions() {
    add({2021, 3, 0});
    add({2021, 4, 0});
    add({2021, 5, 1});
    add({2021, 4, 0}, "other");
  }
  void add(const Period& period, const std::string& source = "events") {
    Ingestion ingestion;
    ingestion.id = static_cast<std::int64_t>(ledger_.size()) + 1;
    ingestion.slot = {source, period};
    ledger_.push_back(ingestion);
  }
  std::vector<std::int64_t> ids(const std::vector<std::string>& arguments) {
    std::vector<std::int64_t> found;
    const auto named = named_ingestions(ledger_, "events", arguments, today).value();
    for (const Ingestion& ingestion : named) {
      found.push_back(ingestion.id);
    }
    return found;
  }
  std::vector<Ingestion> ledger_;
};

TEST_F(NamedIngestions, LieWithinWhatWasNamed) {
  EXPECT_THAT(ids({"2021-04"}), ElementsAre(2));
  EXPECT_THAT(ids({"2021"}), ElementsAre(1, 2, 3));
  EXPECT_THAT(ids({"2021-05"}), ElementsAre(3));
  EXPECT_THAT(ids({"2021-05-01", "2021-03"}), ElementsAre(1, 3));
}

TEST_F(NamedIngestions, ADayDoesNotNameItsMonth) {
  EXPECT_THAT(ids({"2021-04-10"}), IsEmpty());
}

TEST_F(NamedIngestions, AnOpenEndHoldsTheMonthThatIsNotOver) {
  EXPECT_THAT(ids({"2021-04.."}), ElementsAre(2, 3));
}

TEST_F(NamedIngestions, NoArgumentsNameAll) {
  EXPECT_THAT(ids({}), ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace weir::cli
