#include "source/glob.h"

#include <gtest/gtest.h>

namespace weir::source {
namespace {

TEST(Glob, KnowsWildcards) {
  for (const char* text : {"*", "a?", "[a]"}) EXPECT_TRUE(has_wildcards(text)) << text;
  for (const char* text : {"", "a/b.csv", "a\\b", "a]b", "{YYYY}"}) EXPECT_FALSE(has_wildcards(text)) << text;
}

TEST(Glob, HasALiteralBeginning) {
  EXPECT_EQ(literal_prefix("s3://b/2021/*.csv"), "s3://b/2021/");
  EXPECT_EQ(literal_prefix("a\\*b*"), "a") << "the backslash is not part of the names";
  EXPECT_EQ(literal_prefix("plain"), "plain");
  EXPECT_EQ(literal_prefix("[ab]c"), "");
}

TEST(Glob, MatchesWithinAFolder) {
  EXPECT_TRUE(glob_matches("a/*.csv", "a/b.csv"));
  EXPECT_TRUE(glob_matches("a/*.csv", "a/.csv"));
  EXPECT_FALSE(glob_matches("a/*.csv", "a/b/c.csv"));
  EXPECT_FALSE(glob_matches("a/*.csv", "a/b.csv.gz"));
  EXPECT_FALSE(glob_matches("a?b", "a/b"));
  EXPECT_TRUE(glob_matches("a[0-3]?", "a2x"));
  EXPECT_FALSE(glob_matches("a[!0-3]", "a2"));
  EXPECT_TRUE(glob_matches("a\\*", "a*"));
  EXPECT_FALSE(glob_matches("a\\*", "ab"));
}

TEST(Glob, MatchesItself) {
  EXPECT_TRUE(glob_matches("a[1].csv", "a[1].csv"));
  EXPECT_TRUE(glob_matches("a[1].csv", "a1.csv"));
}

}  // namespace
}  // namespace weir::source
