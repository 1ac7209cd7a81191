#include "cli/calendar.h"

#include <gmock/gmock.h>

namespace weir::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Calendar : public testing::Test {
 protected:
  void add(int month, IngestionStatus status, const std::string& error = {}) {
    Ingestion ingestion;
    ingestion.id = static_cast<std::int64_t>(ledger_.size()) + 1;
    ingestion.slot = {"events", Period{2021, month, 0}};
    ingestion.status = status;
    ingestion.error = error;
    ledger_.push_back(ingestion);
  }
  // "1 loaded", "2 missing", …
  std::vector<std::string> story() {
    std::vector<std::string> lines;
    for (const CalendarEntry& entry : calendar_of(ledger_)) {
      std::string line = std::to_string(entry.slot.period.month) + " ";
      line += entry.newest ? std::string(name_of(entry.newest->status)) : "missing";
      if (!entry.failed_since.empty()) line += ", then " + entry.failed_since;
      lines.push_back(line);
    }
    return lines;
  }
  std::vector<Ingestion> ledger_;
};

TEST_F(Calendar, ShowsGapsBetweenWhatIsLoaded) {
  add(1, IngestionStatus::loaded);
  add(4, IngestionStatus::loaded);
  EXPECT_THAT(story(), ElementsAre("1 loaded", "2 missing", "3 missing", "4 loaded"));
  EXPECT_THAT(gaps_of(calendar_of(ledger_)), ElementsAre(Period{2021, 2, 0}, Period{2021, 3, 0}));
}

TEST_F(Calendar, AReplacementTakesItsPlace) {
  add(1, IngestionStatus::superseded);
  add(1, IngestionStatus::loaded);
  EXPECT_THAT(story(), ElementsAre("1 loaded"));
}

TEST_F(Calendar, AFailedReplacementTakesNothingAway) {
  add(1, IngestionStatus::loaded);
  add(1, IngestionStatus::failed, "the disk is full");
  EXPECT_THAT(story(), ElementsAre("1 loaded, then the disk is full"));
  add(1, IngestionStatus::loaded);
  ledger_[0].status = IngestionStatus::superseded;
  EXPECT_THAT(story(), ElementsAre("1 loaded"));
}

TEST_F(Calendar, AFailedOrDroppedPeriodIsAGapToo) {
  add(1, IngestionStatus::loaded);
  add(2, IngestionStatus::failed, "no");
  add(3, IngestionStatus::dropped);
  add(4, IngestionStatus::loaded);
  EXPECT_THAT(story(), ElementsAre("1 loaded", "2 failed", "3 dropped", "4 loaded"));
  EXPECT_THAT(gaps_of(calendar_of(ledger_)), ElementsAre(Period{2021, 2, 0}, Period{2021, 3, 0}));
}

TEST_F(Calendar, WhatWasDroppedStaysDroppedWhateverFailed) {
  add(1, IngestionStatus::dropped);
  add(1, IngestionStatus::failed, "no");
  EXPECT_THAT(story(), ElementsAre("1 dropped, then no"));
}

TEST_F(Calendar, AnEmptyLedgerIsAnEmptyCalendar) {
  EXPECT_THAT(story(), IsEmpty());
  EXPECT_THAT(calendar_listing({}).rows, IsEmpty());
}

TEST_F(Calendar, ErrorsAreShownWhereThereAreAny) {
  const auto shows_errors = [&] {
    const Listing listing = calendar_listing(calendar_of(ledger_));
    return listing.columns.back().key == "error" && listing.columns.back().in_table;
  };
  add(1, IngestionStatus::loaded);
  EXPECT_FALSE(shows_errors());
  add(2, IngestionStatus::failed, "no");
  EXPECT_TRUE(shows_errors());
}

}  // namespace
}  // namespace weir::cli
