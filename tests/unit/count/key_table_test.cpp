#include "count/key_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace weir::counting {
namespace {

std::map<std::string, std::uint64_t> contents(const KeyTable& table) {
  std::map<std::string, std::uint64_t> all;
  table.for_each([&](std::string_view key, std::uint64_t events) {
    EXPECT_TRUE(all.emplace(std::string(key), events).second) << "twice: " << key;
  });
  return all;
}

// With the hashes that a test wants.
void count(KeyTable& table, const std::vector<Probe>& probes) {
  std::vector<std::string_view> keys;
  std::vector<HashedPlace> places;
  for (const Probe& probe : probes) {
    places.push_back({probe.hash, static_cast<std::uint32_t>(keys.size())});
    keys.push_back(probe.key);
  }
  table.count(keys, places);
}

TEST(KeyTable, CountsWhatItIsGiven) {
  KeyTable table;
  const std::vector<Probe> probes{{1, "a"}, {2, "b"}, {1, "a"}};
  count(table, probes);
  table.add({2, "b"}, 10);
  EXPECT_EQ(contents(table), (std::map<std::string, std::uint64_t>{{"a", 2}, {"b", 11}}));
  EXPECT_EQ(table.size(), 2U);
}

// The hash only says where to look: texts decide.
TEST(KeyTable, TellsKeysApartThatHaveOneHash) {
  KeyTable table;
  std::map<std::string, std::uint64_t> expected;
  std::vector<std::string> keys;
  for (std::size_t length = 0; length < 40; ++length) {
    for (std::size_t i = 0; i <= length; ++i) {  // each differs from the next in one byte, at every place
      std::string key(length, 'x');
      if (i < length) key[i] = 'y';
      keys.push_back(std::move(key));
    }
  }
  std::vector<Probe> probes;
  for (const std::string& key : keys) {
    probes.push_back({~std::uint32_t{0}, key});
    ++expected[key];
  }
  count(table, probes);
  count(table, probes);
  for (auto& [key, events] : expected) events *= 2;
  EXPECT_EQ(contents(table), expected);
}

TEST(KeyTable, KeepsEveryKeyWhileItGrows) {
  std::mt19937_64 random(11);
  KeyTable table;
  std::map<std::string, std::uint64_t> expected;
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> keys(random() % 200);
    std::vector<Probe> probes;
    for (std::string& key : keys) {
      const std::uint64_t number = random() % 20'000;
      key = std::to_string(number) + std::string(number % 300 == 0 ? 5'000 : 0, '.');
      // Neighbouring hashes make long runs, at the end of the table too.
      probes.push_back({number % 3 == 0 ? ~std::uint32_t{0} - static_cast<std::uint32_t>(number % 64)
                                        : static_cast<std::uint32_t>(number * 0x9E3779B97F4A7C15U >> 32U),
                        key});
      ++expected[key];
    }
    count(table, probes);
  }
  EXPECT_EQ(contents(table), expected);
  EXPECT_EQ(table.size(), expected.size());
}

TEST(KeyTable, TakesKeysLargerThanItsBlocks) {
  const std::string big(1'048'576, 'k');
  KeyTable table;
  table.add({5, big}, 3);
  table.add({5, "small"}, 1);
  EXPECT_EQ(contents(table), (std::map<std::string, std::uint64_t>{{big, 3}, {"small", 1}}));
}

TEST(KeyTable, EmptyHoldsNothing) {
  KeyTable table;
  count(table, {});
  EXPECT_TRUE(contents(table).empty());
  EXPECT_EQ(table.size(), 0U);
}

}  // namespace
}  // namespace weir::counting
