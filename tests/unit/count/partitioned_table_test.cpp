#include "count/partitioned_table.h"

#include <gtest/gtest.h>

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

  PartitionedTable table;
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
  table.for_each([&](std::string_view key, std::uint64_t events) { seen[std::string(key)] += events; });
  EXPECT_EQ(table.size(), keys.size());
  for (const std::string& key : keys) EXPECT_EQ(seen[key], rounds * threads_count) << key;
}

TEST(PartitionedTable, TakesInATableOfALane) {
  KeyTable lane;
  lane.add({1, "low"}, 2);
  lane.add({~std::uint32_t{0}, "high"}, 3);
  PartitionedTable table;
  table.add(lane, hash_secrets());
  table.add(lane, hash_secrets());
  std::map<std::string, std::uint64_t> seen;
  table.for_each([&](std::string_view key, std::uint64_t events) { seen[std::string(key)] += events; });
  EXPECT_EQ(seen, (std::map<std::string, std::uint64_t>{{"low", 4}, {"high", 6}}));
}

}  // namespace
}  // namespace weir::counting
