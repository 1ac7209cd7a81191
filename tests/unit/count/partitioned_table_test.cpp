#include "count/partitioned_table.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>
#include <thread>

#include "count/hash.h"

namespace weir::counting {
namespace {

TEST(PartitionedTable, ManyThreadsCountTheSameKeys) {
  constexpr int threads_count = 4;
  constexpr std::uint64_t rounds = 50;
  std::vector<std::string> keys;
  keys.reserve(3'000);
  for (int i = 0; i < 3'000; ++i) keys.push_back("key " + std::to_string(i));
  std::vector<std::string_view> batch(keys.begin(), keys.end());
  batch.emplace_back();

  MemoryBudget budget(0);
  PartitionedTable table(budget);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < threads_count; ++t) {
    threads.emplace_back([&, t] {
      PartitionScratch scratch;
      for (std::uint64_t round = 0; round < rounds; ++round) {
        EXPECT_EQ(table.count(batch, hash_secrets(), t * 37, scratch), 1U);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  std::map<std::string, std::uint64_t> seen;
  ASSERT_TRUE(table.for_each(hash_secrets(), [&](std::string_view key, std::uint64_t events) {
    EXPECT_TRUE(seen.emplace(std::string(key), events).second) << "twice: " << key;
  }));
  EXPECT_EQ(seen.size(), keys.size());
  for (const std::string& key : keys) EXPECT_EQ(seen[key], rounds * threads_count) << key;
}

TEST(PartitionedTable, TakesInATableOfALane) {
  const std::string long_key(100, 'k');
  SmallTable lane;
  lane.add("short", 2, hash_secrets());
  lane.add(long_key, 3, hash_secrets());
  MemoryBudget budget(0);
  PartitionedTable table(budget);
  table.add(lane, hash_secrets());
  table.add(lane, hash_secrets());
  std::map<std::string, std::uint64_t> seen;
  ASSERT_TRUE(table.for_each(hash_secrets(), [&](std::string_view key, std::uint64_t events) {
    EXPECT_TRUE(seen.emplace(std::string(key), events).second) << "twice: " << key;
  }));
  EXPECT_EQ(seen, (std::map<std::string, std::uint64_t>{{"short", 4}, {long_key, 6}}));
}

// Two threads, keys again and again, some long, and room for a hundredth of them.
TEST(PartitionedTable, SpillsWhatThereIsNoRoomFor) {
  std::vector<std::string> keys;
  keys.reserve(40'000);
  for (int i = 0; i < 40'000; ++i)
    keys.push_back("key " + std::to_string(i) + std::string(i % 97 == 0 ? 2'000 : 0, '.'));
  for (const std::uint64_t limit : {20'000U, 400'000U}) {
    MemoryBudget budget(limit);
    PartitionedTable table(budget);
    constexpr std::size_t threads_count = 2;
    constexpr std::size_t rounds = 3;
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < threads_count; ++t) {
      threads.emplace_back([&, t] {
        PartitionScratch scratch;
        for (std::size_t i = 0; i < rounds * keys.size(); i += 1'000) {
          const std::vector<std::string_view> batch(
              keys.begin() + static_cast<std::ptrdiff_t>(i % keys.size()),
              keys.begin() + static_cast<std::ptrdiff_t>(i % keys.size() + 1'000));
          EXPECT_EQ(table.count(batch, hash_secrets(), t * 37, scratch), 0U);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    ASSERT_TRUE(budget.status());
    std::map<std::string, std::uint64_t> seen;
    ASSERT_TRUE(table.for_each(hash_secrets(), [&](std::string_view key, std::uint64_t events) {
      EXPECT_TRUE(seen.emplace(std::string(key), events).second) << "twice: " << key;
    }));
    EXPECT_EQ(seen.size(), keys.size());
    for (const std::string& key : keys) EXPECT_EQ(seen[key], rounds * threads_count) << key;
  }
}

// Where no file can be made the budget says so, and nothing that was counted is lost.
TEST(PartitionedTable, TellsThatItCannotSpill) {
  const char* const before = std::getenv("TMPDIR");
  const std::string folder = before == nullptr ? "" : before;
  ASSERT_EQ(setenv("TMPDIR", "/proc", 1), 0);
  MemoryBudget budget(1'000);
  PartitionedTable table(budget);
  SmallTable lane;
  for (std::uint32_t i = 1; i <= 1'000; ++i) lane.add("key " + std::to_string(i), i, hash_secrets());
  table.add(lane, hash_secrets());
  if (before == nullptr) {
    unsetenv("TMPDIR");
  } else {
    setenv("TMPDIR", folder.c_str(), 1);
  }
  const Status status = budget.status();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().where, "/proc");
  std::uint64_t events = 0;
  ASSERT_TRUE(table.for_each(hash_secrets(), [&](std::string_view, std::uint64_t seen) { events += seen; }));
  EXPECT_EQ(events, 1'000U * 1'001U / 2U);
}

}  // namespace
}  // namespace weir::counting
