#include "cli/ingest_summary.h"

#include <gmock/gmock.h>

namespace weir::cli {
namespace {

TEST(ListOf, JoinsNeighbours) {
  EXPECT_EQ(list_of({}), "");
  EXPECT_EQ(list_of({{2021, 4, 0}}), "2021-04");
  EXPECT_EQ(list_of({{2020, 11, 0}, {2020, 12, 0}, {2021, 1, 0}, {2021, 3, 0}}), "2020-11..2021-01, 2021-03");
  EXPECT_EQ(list_of({{2020, 2, 28}, {2020, 2, 29}, {2020, 3, 1}, {2020, 3, 3}}), "2020-02-28..2020-03-01, 2020-03-03");
}

TEST(ListOf, NamesTheFirstOfVeryMany) {
  std::vector<Period> odd;
  for (int day = 1; day <= 31; day += 2) odd.push_back({2021, 1, day});
  EXPECT_THAT(list_of(odd), ::testing::EndsWith("2021-01-21, 2021-01-23 and 4 more"));
}

TEST(SummaryOf, NamesWhatIsWanting) {
  std::vector<IngestResult> results;
  for (int month = 1; month <= 6; ++month) {
    IngestResult result;
    result.slot.period = {2021, month, 0};
    result.outcome = month == 2 ? Outcome::failed : month >= 5 ? Outcome::missing : Outcome::loaded;
    results.push_back(result);
  }
  EXPECT_EQ(summary_of(results), "6 dumps: 3 loaded, 2 missing (2021-05..2021-06), 1 failed (2021-02)");
}

}  // namespace
}  // namespace weir::cli
