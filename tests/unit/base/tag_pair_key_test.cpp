#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "weir/tags.h"

namespace weir {
namespace {

TEST(TagPairKey, IsTheSameInEitherOrderAndGivesBothTagsBack) {
  std::vector<std::string> tags{"a", "b", "ab", "", "\x01", "a\x01", std::string("\0", 1), "é"};
  for (const unsigned length : {127U, 128U, 129U, 300U, 20'000U}) tags.emplace_back(length, 'x');
  std::map<std::string, std::pair<std::string, std::string>> seen;
  for (const std::string& a : tags) {
    for (const std::string& b : tags) {
      if (!(a < b)) continue;
      const std::string key = tag_pair_key(a, b);
      EXPECT_EQ(key, tag_pair_key(b, a));
      EXPECT_TRUE(seen.emplace(key, std::pair(a, b)).second) << "two pairs of one key";
      const auto both = tag_pair_of(key);
      ASSERT_TRUE(both.has_value());
      EXPECT_EQ(both->first, a);
      EXPECT_EQ(both->second, b);
    }
  }
}

TEST(TagPairKey, IsNotAnyText) {
  EXPECT_FALSE(tag_pair_of("").has_value());
  EXPECT_FALSE(tag_pair_of("\x05"
                           "abc")
                   .has_value());
  EXPECT_FALSE(tag_pair_of("\xff\xff\xff\xff\xff\xff\xff").has_value());
}

}  // namespace
}  // namespace weir
