#include "cli/expectation.h"

#include <gmock/gmock.h>

namespace weir::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

CalendarEntry entry(const char* period, std::uint64_t rows = 100, IngestionStatus status = IngestionStatus::loaded,
                    const char* source = "events") {
  Ingestion ingestion;
  ingestion.slot = {source, parse_period(period).value()};
  ingestion.status = status;
  ingestion.rows_loaded = rows;
  return {ingestion.slot, ingestion, {}};
}

DayNumber day(const char* text) {
  return parse_period(text).value().first_day();
}

std::vector<std::string> missing(const std::vector<CalendarEntry>& calendar, const char* today,
                                 const Expectation& expectation = {}) {
  std::vector<std::string> words;
  for (const Slot& slot : overdue(calendar, "events", expectation, day(today))) words.push_back(to_string(slot.period));
  return words;
}

TEST(Expectation, AMonthIsDueWhenItHasEnded) {
  const std::vector<CalendarEntry> march{entry("2021-03")};
  EXPECT_THAT(missing(march, "2021-04-30"), IsEmpty());
  EXPECT_THAT(missing(march, "2021-05-01"), ElementsAre("2021-04"));
  EXPECT_THAT(missing(march, "2021-07-01"), ElementsAre("2021-04", "2021-05", "2021-06"));
  EXPECT_THAT(missing({entry("2020-12")}, "2021-01-31"), IsEmpty());
  EXPECT_THAT(missing({entry("2020-11")}, "2021-01-01"), ElementsAre("2020-12"));
}

TEST(Expectation, GracePutsItOff) {
  const std::vector<CalendarEntry> march{entry("2021-03")};
  const Expectation graced{Granularity::month, {}, 3};
  EXPECT_THAT(missing(march, "2021-05-03", graced), IsEmpty());
  EXPECT_THAT(missing(march, "2021-05-04", graced), ElementsAre("2021-04"));
}

TEST(Expectation, DaysAreDueTheDayAfter) {
  const Expectation daily{Granularity::day, {}, 0};
  EXPECT_THAT(missing({entry("2021-02-27")}, "2021-02-28", daily), IsEmpty());
  EXPECT_THAT(missing({entry("2021-02-27")}, "2021-03-02", daily), ElementsAre("2021-02-28", "2021-03-01"));
  EXPECT_THAT(missing({entry("2021-02-27")}, "2021-03-02", {Granularity::day, {}, 1}), ElementsAre("2021-02-28"));
}

TEST(Expectation, GapsAndWhatFailedOrWasDroppedAreMissing) {
  EXPECT_THAT(missing({entry("2021-01"), entry("2021-03", 0, IngestionStatus::failed),
                       entry("2021-04", 0, IngestionStatus::dropped), entry("2021-05")},
                      "2021-06-01"),
              ElementsAre("2021-02", "2021-03", "2021-04"));
}

TEST(Expectation, BeginsWithTheFirstOrSince) {
  EXPECT_THAT(missing({}, "2021-05-10"), ElementsAre("2021-04"));
  EXPECT_THAT(missing({entry("2021-04", 1, IngestionStatus::loaded, "other")}, "2021-05-10"), ElementsAre("2021-04"));
  EXPECT_THAT(missing({}, "2021-05-10", {Granularity::month, day("2021-02-15"), 0}),
              ElementsAre("2021-02", "2021-03", "2021-04"));
  EXPECT_THAT(missing({entry("2021-01"), entry("2021-03")}, "2021-05-10", {Granularity::month, day("2021-04-01"), 0}),
              ElementsAre("2021-04"));
  EXPECT_THAT(missing({}, "2021-05-10", {Granularity::month, day("2021-06-01"), 0}), IsEmpty());
}

TEST(Expectation, AMonthOfDaysIsCoveredWhenAllAreThere) {
  std::vector<CalendarEntry> february;
  for (Period period{2021, 2, 1}; period.month == 2; period = period.next()) {
    february.push_back(entry(to_string(period).c_str()));
  }
  EXPECT_THAT(missing(february, "2021-03-10"), IsEmpty());
  february.pop_back();
  EXPECT_THAT(missing(february, "2021-03-10"), ElementsAre("2021-02"));
  EXPECT_THAT(missing({entry("2021-02")}, "2021-03-01", {Granularity::day, {}, 0}), IsEmpty());
}

std::vector<std::string> thin(const std::vector<CalendarEntry>& calendar, double share,
                              std::optional<DayNumber> since = {}) {
  std::vector<std::string> words;
  for (const ThinDump& dump : thin_dumps(calendar, share, since)) {
    words.push_back(to_string(dump.slot.period) + " " + std::to_string(dump.rows) + "/" + std::to_string(dump.median));
  }
  return words;
}

TEST(Volume, IsHeldAgainstTheMedianOfThoseBefore) {
  EXPECT_THAT(thin({entry("2021-01", 100), entry("2021-02", 1000), entry("2021-03", 120), entry("2021-04", 59),
                    entry("2021-05", 55), entry("2021-06", 49)},
                   0.5),
              ElementsAre("2021-04 59/120", "2021-06 49/100"));
  EXPECT_THAT(thin({entry("2021-01", 100), entry("2021-02", 100), entry("2021-03", 100), entry("2021-04", 50)}, 0.5),
              IsEmpty());
}

TEST(Volume, NeedsThreeBefore) {
  EXPECT_THAT(thin({entry("2021-01", 100), entry("2021-02", 100), entry("2021-03", 1)}, 0.5), IsEmpty());
}

TEST(Volume, IsOfOneSourceAndGranularityAndSince) {
  const std::vector<CalendarEntry> calendar{entry("2021-01"),
                                            entry("2021-02"),
                                            entry("2021-03"),
                                            entry("2021-04-01", 3),
                                            entry("2021-05", 40),
                                            entry("2021-06", 0),
                                            entry("2021-06", 1, IngestionStatus::loaded, "other")};
  EXPECT_THAT(thin(calendar, 0.5), ElementsAre("2021-05 40/100", "2021-06 0/100"));
  EXPECT_THAT(thin(calendar, 0.5, day("2021-06-30")), ElementsAre("2021-06 0/100"));
}

TEST(Volume, ForgetsWhatIsAYearOld) {
  std::vector<CalendarEntry> calendar;
  for (int i = 0; i < 12; ++i) calendar.push_back(entry(to_string(Period{2020, 1 + i, 0}).c_str(), 1000));
  for (int i = 0; i < 12; ++i) calendar.push_back(entry(to_string(Period{2021, 1 + i, 0}).c_str(), 600));
  calendar.push_back(entry("2022-01", 310));
  EXPECT_THAT(thin(calendar, 0.5), IsEmpty());
}

TEST(Expectation, ReadsItsNumbers) {
  EXPECT_EQ(parse_grace_days("3d"), 3);
  EXPECT_EQ(parse_grace_days("0d"), 0);
  for (const char* text : {"", "d", "3", "3h", "-1d", "1.5d", "400d", "nand"})
    EXPECT_FALSE(parse_grace_days(text)) << text;
  EXPECT_EQ(parse_share("50%"), 0.5);
  EXPECT_EQ(parse_share("12.5%"), 0.125);
  for (const char* text : {"", "%", "50", "-5%", "101%", "nan%"}) EXPECT_FALSE(parse_share(text)) << text;
}

}  // namespace
}  // namespace weir::cli
