#include "cli/values.h"

#include <gmock/gmock.h>

namespace weir::cli {
namespace {

using ::testing::HasSubstr;

TEST(ParseBytes, TakesDecimalAndBinaryUnits) {
  EXPECT_EQ(parse_bytes("--memory-limit", "1").value(), 1U);
  EXPECT_EQ(parse_bytes("--memory-limit", "512MB").value(), 512'000'000U);
  EXPECT_EQ(parse_bytes("--memory-limit", "512m").value(), 512'000'000U);
  EXPECT_EQ(parse_bytes("--memory-limit", "1.5 GiB").value(), 1'610'612'736U);
  EXPECT_EQ(parse_bytes("--memory-limit", "2Ki").value(), 2048U);
  EXPECT_EQ(parse_bytes("--memory-limit", "1T").value(), 1'000'000'000'000U);
}

TEST(ParseBytes, RefusesWhatIsNoAmount) {
  for (const char* text : {"", "0", "-1", "MB", "1X", "1 2", "1e9", "0.5", "99999999T", "1..5", "nan"}) {
    const auto bytes = parse_bytes("--memory-limit", text);
    ASSERT_FALSE(bytes) << text;
    EXPECT_EQ(bytes.error().kind, ErrorKind::usage);
    EXPECT_THAT(bytes.error().where, HasSubstr("--memory-limit"));
  }
}

TEST(ParseLimit, IsANumberOrAll) {
  EXPECT_EQ(parse_limit("-n", "20").value(), 20U);
  EXPECT_EQ(parse_limit("-n", "0").value(), 0U);
  EXPECT_EQ(parse_limit("-n", "all").value(), std::nullopt);
  for (const char* text : {"", "-1", "ten", "1.5", "18446744073709551616"})
    EXPECT_FALSE(parse_limit("-n", text)) << text;
}

TEST(ParseThreads, IsAtLeastOne) {
  EXPECT_EQ(parse_threads("--threads", "4").value(), 4U);
  for (const char* text : {"", "0", "-1", "1025", "4x"}) EXPECT_FALSE(parse_threads("--threads", text)) << text;
}

TEST(ParseSeconds, AdmitsNoneAndParts) {
  EXPECT_EQ(parse_seconds("--wait", "0").value(), 0);
  EXPECT_EQ(parse_seconds("--wait", "0.5").value(), 0.5);
  for (const char* text : {"", "-1", "soon", "inf", "nan"}) EXPECT_FALSE(parse_seconds("--wait", text)) << text;
}

TEST(ParseDelimiter, IsOneOfFour) {
  EXPECT_EQ(parse_delimiter("--delimiter", ";").value(), ';');
  EXPECT_EQ(parse_delimiter("--delimiter", "tab").value(), '\t');
  EXPECT_EQ(parse_delimiter("--delimiter", "\\t").value(), '\t');
  for (const char* text : {"", ":", ",,", "\""}) EXPECT_FALSE(parse_delimiter("--delimiter", text)) << text;
}

}  // namespace
}  // namespace weir::cli
