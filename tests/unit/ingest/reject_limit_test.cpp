#include <gtest/gtest.h>

#include "ingest/ingest.h"

namespace weir {
namespace {

RejectLimit parsed(const std::string& text) {
  const Result<RejectLimit> limit = parse_reject_limit(text);
  EXPECT_TRUE(limit.has_value()) << text;
  return limit.value_or(RejectLimit{});
}

TEST(RejectLimit, DefaultAdmitsTenOrOnePercent) {
  const RejectLimit limit;
  EXPECT_FALSE(limit.exceeded(0, 0));
  EXPECT_FALSE(limit.exceeded(10, 10));
  EXPECT_TRUE(limit.exceeded(11, 11));
  EXPECT_TRUE(limit.exceeded(11, 1'099));
  EXPECT_FALSE(limit.exceeded(11, 1'100));
  EXPECT_FALSE(limit.exceeded(12'000, 1'200'000));
  EXPECT_TRUE(limit.exceeded(12'001, 1'200'000));
}

TEST(RejectLimit, ExplicitNumbersHaveNoFloor) {
  EXPECT_FALSE(parsed("0").exceeded(0, 100));
  EXPECT_TRUE(parsed("0").exceeded(1, 1'000'000));
  EXPECT_FALSE(parsed("3").exceeded(3, 3));
  EXPECT_TRUE(parsed("3").exceeded(4, 1'000'000));
}

TEST(RejectLimit, ExplicitPercentagesHaveNoFloor) {
  EXPECT_TRUE(parsed("1%").exceeded(2, 199));
  EXPECT_FALSE(parsed("1%").exceeded(2, 200));
  EXPECT_TRUE(parsed("0%").exceeded(1, 1'000'000));
  EXPECT_FALSE(parsed("0.5%").exceeded(5, 1'000));
  EXPECT_TRUE(parsed("0.5%").exceeded(6, 1'000));
  EXPECT_FALSE(parsed("100%").exceeded(7, 7));
  EXPECT_FALSE(parsed("50%").exceeded(0, 0));
}

TEST(RejectLimit, RefusesWhatIsNoLimit) {
  for (const std::string text : {"", "%", "ten", "-1", "1.5", "-1%", "101%", "1 %", " 1", "1%%", "nan%", "inf%", "1e1%",
                                 "99999999999999999999"}) {
    const Result<RejectLimit> limit = parse_reject_limit(text);
    ASSERT_FALSE(limit.has_value()) << text;
    EXPECT_EQ(limit.error().kind, ErrorKind::usage) << text;
    EXPECT_EQ(limit.error().where, "--max-rejects " + text);
  }
}

TEST(RejectLimit, SaysItselfInWords) {
  EXPECT_EQ(to_string(RejectLimit()), "at most 10 or 1 % of the rows, whichever is more");
  EXPECT_EQ(to_string(parsed("7")), "at most 7 (--max-rejects)");
  EXPECT_EQ(to_string(parsed("2.5%")), "at most 2.5 % of the rows (--max-rejects)");
}

TEST(RejectLimit, APercentageIsMeantToTheLastRow) {
  const RejectLimit limit = parse_reject_limit("0.57%").value();
  EXPECT_FALSE(limit.exceeded(57, 10'000));
  EXPECT_TRUE(limit.exceeded(58, 10'000));
  for (std::uint64_t hundredths = 1; hundredths <= 10'000; ++hundredths) {
    const std::string text = std::to_string(hundredths / 100) + "." + std::to_string(hundredths % 100 / 10) +
                             std::to_string(hundredths % 10) + "%";
    EXPECT_FALSE(parse_reject_limit(text)->exceeded(hundredths, 10'000)) << text;
    EXPECT_TRUE(parse_reject_limit(text)->exceeded(hundredths + 1, 10'000)) << text;
  }
}

}  // namespace
}  // namespace weir
