#include "count/key_history.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace weir {
namespace {

TEST(KeyHistory, TellsWhenAKeyWasSeenFirstAndLast) {
  KeyHistory history;
  EXPECT_EQ(history.see("ann", 0).first, KeyHistory::never);
  EXPECT_EQ(history.see("bob", 0).last, KeyHistory::never);
  const KeyHistory::Seen again = history.see("ann", 3);
  EXPECT_EQ(again.first, 0U);
  EXPECT_EQ(again.last, 0U);
  const KeyHistory::Seen later = history.see("ann", 3);
  EXPECT_EQ(later.first, 0U);
  EXPECT_EQ(later.last, 3U);
  EXPECT_EQ(history.see("", 4).first, KeyHistory::never);
  EXPECT_EQ(history.see("", 5).first, 4U);
}

TEST(KeyHistory, AgreesWithAMapOnManyKeysOfEveryLength) {
  std::mt19937 random(1);
  KeyHistory history;
  std::map<std::string, KeyHistory::Seen> expected;
  for (std::uint32_t place = 0; place < 200; ++place) {
    for (int i = 0; i < 1000; ++i) {
      const auto number = static_cast<std::uint32_t>(random() % 40000);
      const std::string key = std::string(number % 70, 'x') + std::to_string(number);
      const KeyHistory::Seen seen = history.see(key, place);
      KeyHistory::Seen& right = expected[key];
      ASSERT_EQ(seen.first, right.first) << key;
      ASSERT_EQ(seen.last, right.last) << key;
      if (right.first == KeyHistory::never) right.first = place;
      right.last = place;
    }
  }
  const std::string large(std::size_t{1} << 20U, 'y');
  EXPECT_EQ(history.see(large, 200).first, KeyHistory::never);
  EXPECT_EQ(history.see(large, 201).first, 200U);
}

}  // namespace
}  // namespace weir
