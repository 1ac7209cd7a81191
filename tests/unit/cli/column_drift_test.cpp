#include "cli/column_drift.h"

#include <gmock/gmock.h>

namespace weir::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Names = std::vector<std::string>;

class Drift : public testing::Test {
 protected:
  void add(Period period, Names columns, IngestionStatus status = IngestionStatus::loaded,
           const std::string& source = "events") {
    Ingestion ingestion;
    ingestion.slot = {source, period};
    ingestion.status = status;
    ingestion.columns = std::move(columns);
    ingestion.uri = to_string(period) + ".csv";
    calendar_.push_back({ingestion.slot, ingestion, {}});
  }
  std::vector<CalendarEntry> calendar_;
};

TEST_F(Drift, NothingLoadedHasNoColumns) {
  add({2021, 1, 0}, {"id"}, IngestionStatus::failed);
  calendar_.push_back({{"events", {2021, 2, 0}}, {}, {}});
  EXPECT_THAT(column_eras(calendar_), IsEmpty());
  EXPECT_EQ(column_listing({}).rows.size(), 0U);
}

TEST_F(Drift, AColumnRenamedOnADay) {
  add({2021, 4, 26}, {"id", "email"});
  add({2021, 4, 27}, {"id", "mail"});
  add({2021, 4, 28}, {"id", "mail"});
  const std::vector<ColumnEra> eras = column_eras(calendar_);
  ASSERT_THAT(eras, SizeIs(2));
  EXPECT_THAT(eras[0].appeared, IsEmpty());
  EXPECT_THAT(eras[0].gone, IsEmpty());
  EXPECT_EQ(eras[0].last, (Period{2021, 4, 26}));
  EXPECT_EQ(eras[1].first, (Period{2021, 4, 27}));
  EXPECT_EQ(eras[1].last, (Period{2021, 4, 28}));
  EXPECT_EQ(eras[1].dumps, 2U);
  EXPECT_EQ(eras[1].uri, "2021-04-27.csv");
  EXPECT_THAT(eras[1].appeared, ElementsAre("mail"));
  EXPECT_THAT(eras[1].gone, ElementsAre("email"));
}

TEST_F(Drift, AnotherOrderIsTheSame) {
  add({2021, 1, 0}, {"id", "email"});
  add({2021, 2, 0}, {"email", "id"});
  EXPECT_THAT(column_eras(calendar_), SizeIs(1));
}

TEST_F(Drift, GapsAndFailuresDoNotEndAnEra) {
  add({2021, 1, 0}, {"id"});
  calendar_.push_back({{"events", {2021, 2, 0}}, {}, {}});
  add({2021, 3, 0}, {"other"}, IngestionStatus::failed);
  add({2021, 4, 0}, {"id"});
  const std::vector<ColumnEra> eras = column_eras(calendar_);
  ASSERT_THAT(eras, SizeIs(1));
  EXPECT_EQ(eras[0].dumps, 2U);
}

TEST_F(Drift, ANameThatComesTwice) {
  add({2021, 1, 0}, {"id", "x"});
  add({2021, 2, 0}, {"id", "x", "x"});
  const std::vector<ColumnEra> eras = column_eras(calendar_);
  ASSERT_THAT(eras, SizeIs(2));
  EXPECT_THAT(eras[1].appeared, ElementsAre("x"));
  EXPECT_THAT(eras[1].gone, IsEmpty());
}

TEST_F(Drift, EachSourceForItself) {
  add({2021, 1, 0}, {"id"}, IngestionStatus::loaded, "a");
  add({2021, 1, 0}, {"key"}, IngestionStatus::loaded, "b");
  const std::vector<ColumnEra> eras = column_eras(calendar_);
  ASSERT_THAT(eras, SizeIs(2));
  EXPECT_THAT(eras[1].appeared, IsEmpty());
  EXPECT_TRUE(column_listing(eras).columns.front().in_table);
}

}  // namespace
}  // namespace weir::cli
