#include "count/small_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace weir::counting {
namespace {

std::map<std::string, std::uint64_t> contents(const SmallTable& table) {
  std::map<std::string, std::uint64_t> all;
  table.for_each([&](std::string_view key, std::uint64_t events) {
    EXPECT_TRUE(all.emplace(std::string(key), events).second) << "twice: " << key;
  });
  EXPECT_EQ(table.size(), all.size());
  return all;
}

TEST(SmallTable, EmptyHoldsNothing) {
  const SmallTable table;
  EXPECT_TRUE(contents(table).empty());
}

TEST(SmallTable, CountsWithoutWhatIsNull) {
  const std::string long_key(200, 'k');
  const std::vector<std::string_view> keys{"a", {}, "b", "a", {}, "", long_key};
  SmallTable table;
  EXPECT_EQ(table.count(keys, HashSecrets{}), 2U);
  EXPECT_EQ(table.count(keys, HashSecrets{}), 2U);
  EXPECT_EQ(contents(table), (std::map<std::string, std::uint64_t>{{"a", 4}, {"b", 2}, {"", 2}, {long_key, 2}}));
}

// Lengths around those that are kept in another way, texts that differ in one byte, at every place, or in their length.
TEST(SmallTable, TellsKeysApartThatAreNearlyTheSame) {
  std::vector<std::string> texts;
  for (std::size_t length = 1; length < 40; ++length) {
    texts.emplace_back(length, '\0');
    for (std::size_t i = 0; i <= length; ++i) {
      std::string key(length, 'x');
      if (i < length) key[i] = 'y';
      texts.push_back(std::move(key));
    }
  }
  const std::vector<std::string_view> keys(texts.begin(), texts.end());
  SmallTable table;
  EXPECT_EQ(table.count(keys, HashSecrets{}), 0U);
  for (std::size_t i = 0; i < keys.size(); ++i) table.add(keys[i], i, HashSecrets{});
  std::map<std::string, std::uint64_t> expected;
  for (std::size_t i = 0; i < texts.size(); ++i) expected[texts[i]] = i + 1;
  EXPECT_EQ(contents(table), expected);
}

TEST(SmallTable, KeepsEveryKeyWhileItGrows) {
  std::mt19937_64 random(12);
  SmallTable table;
  std::map<std::string, std::uint64_t> expected;
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> texts(random() % 200);
    for (std::string& text : texts) {
      text = std::to_string(random() % 20'000);
      if (text.back() == '7') text += std::string(text.size() * 9, '.');
      ++expected[text];
    }
    const std::vector<std::string_view> keys(texts.begin(), texts.end());
    EXPECT_EQ(table.count(keys, HashSecrets{}), 0U);
  }
  EXPECT_GT(expected.size(), 10'000U);
  EXPECT_EQ(contents(table), expected);
}

}  // namespace
}  // namespace weir::counting
