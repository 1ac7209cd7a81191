#include "store/duckdb/shown_text.h"

#include <gmock/gmock.h>

#include <limits>

namespace weir::duck {
namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::uint64_t all_bits = std::numeric_limits<std::uint64_t>::max();

TEST(ShownText, WritesHugeNumbersExactly) {
  EXPECT_EQ(huge_text(0, 0, true), "0");
  EXPECT_EQ(huge_text(all_bits, -1, true), "-1");
  EXPECT_EQ(huge_text(all_bits, most, true), "170141183460469231731687303715884105727");
  EXPECT_EQ(huge_text(0, least, true), "-170141183460469231731687303715884105728");
  EXPECT_EQ(huge_text(all_bits, -1, false), "340282366920938463463374607431768211455");
}

TEST(ShownText, PlacesThePoint) {
  EXPECT_EQ(with_decimals("-12", 3), "-0.012");
  EXPECT_EQ(with_decimals("110", 2), "1.10");
  EXPECT_EQ(with_decimals("0", 2), "0.00");
  EXPECT_EQ(with_decimals("110", 0), "110");
}

TEST(ShownText, WritesDaysAndTimes) {
  EXPECT_EQ(date_text(18718), "2021-04-01");
  EXPECT_EQ(date_text(-1), "1969-12-31");
  EXPECT_EQ(date_text(-735160), "0044-03-15 BC");
  EXPECT_EQ(date_text(std::numeric_limits<std::int32_t>::max()), "infinity");
  EXPECT_EQ(time_text(36'000'100'000), "10:00:00.1");
  EXPECT_EQ(moment_text(0, 1'000'000), "1970-01-01T00:00:00Z");
  EXPECT_EQ(moment_text(-1, 1'000'000), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(moment_text(-86'400'000, 1'000), "1969-12-31T00:00:00Z");
  EXPECT_EQ(moment_text(1'617'271'200, 1), "2021-04-01T10:00:00Z");
  EXPECT_EQ(moment_text(1, 1'000'000'000), "1970-01-01T00:00:00.000000001Z");
  EXPECT_EQ(moment_text(most, 1'000'000), "infinity");
  EXPECT_EQ(moment_text(-most, 1'000'000), "-infinity");
}

TEST(ShownText, WritesIntervals) {
  EXPECT_EQ(interval_text(0, 0, 0), "00:00:00");
  EXPECT_EQ(interval_text(14, 3, 14'706'000'000), "1 year 2 mons 3 days 04:05:06");
  EXPECT_EQ(interval_text(0, -1, -500'000), "-1 days -00:00:00.5");
  EXPECT_EQ(interval_text(0, 1, 0), "1 day");
}

TEST(ShownText, WritesUuidsAndBytes) {
  EXPECT_EQ(uuid_text(0xbb6d6bb9bd380a11U, 0x20eebc999c0b4ef8), "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
  EXPECT_EQ(bytes_text(std::string_view("a\0\xff", 3)), "\\x6100ff");
}

}  // namespace
}  // namespace weir::duck
