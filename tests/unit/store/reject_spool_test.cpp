#include "store/reject_spool.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <thread>

#include "temp_place.h"

namespace weir {
namespace {

std::vector<Reject> rejects(std::uint64_t from, std::uint64_t to) {
  std::vector<Reject> list;
  for (std::uint64_t line = from; line < to; ++line) {
    list.push_back({line, "reason " + std::to_string(line), std::string(line % 50, 'r') + "\n\""});
  }
  return list;
}

std::vector<Reject> all_of(RejectSpool& spool) {
  std::vector<Reject> list;
  const Status done = spool.each([&](const Reject& reject) -> Status {
    list.push_back(reject);
    return {};
  });
  EXPECT_TRUE(done.has_value());
  std::sort(list.begin(), list.end(), [](const Reject& a, const Reject& b) { return a.line < b.line; });
  return list;
}

class RejectSpoolTest : public testing::TestWithParam<std::size_t> {
 protected:
  TempPlace place_;
};

TEST_P(RejectSpoolTest, GivesBackWhatItTookWhereverItKeptIt) {
  RejectSpool spool(place_ / "made-when-needed", GetParam());
  for (std::uint64_t from = 0; from < 1000; from += 100) {
    std::vector<Reject> some = rejects(from, from + 100);
    ASSERT_TRUE(spool.add(some).has_value());
    EXPECT_TRUE(some.empty());
  }
  for (int time = 0; time < 2; ++time) {
    const std::vector<Reject> expected = rejects(0, 1000);
    const std::vector<Reject> actual = all_of(spool);
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_EQ(actual[i].line, expected[i].line);
      ASSERT_EQ(actual[i].reason, expected[i].reason);
      ASSERT_EQ(actual[i].raw, expected[i].raw);
    }
  }
  EXPECT_EQ(spool.count(), 1000U);
}

TEST_P(RejectSpoolTest, FirstIsByLineNotByArrival) {
  RejectSpool spool(place_ / "t", GetParam());
  for (std::uint64_t from : {500U, 0U, 900U, 200U}) {
    std::vector<Reject> some = rejects(from, from + 60);
    ASSERT_TRUE(spool.add(some).has_value());
  }
  const auto first = spool.first(100);
  ASSERT_TRUE(first.has_value());
  ASSERT_EQ(first->size(), 100U);
  EXPECT_EQ(first->front().line, 0U);
  EXPECT_EQ((*first)[59].line, 59U);
  EXPECT_EQ((*first)[60].line, 200U);
  EXPECT_EQ(spool.first(10000)->size(), 240U);
  EXPECT_TRUE(spool.first(0)->empty());
}

TEST_P(RejectSpoolTest, TakesFromSeveralThreads) {
  RejectSpool spool(place_ / "t", GetParam());
  std::vector<std::thread> threads;
  for (std::uint64_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&spool, thread] {
      for (std::uint64_t i = 0; i < 50; ++i) {
        std::vector<Reject> one = rejects(thread * 1000 + i, thread * 1000 + i + 1);
        EXPECT_TRUE(spool.add(one).has_value());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::uint64_t> lines;
  for (const Reject& reject : all_of(spool)) lines.insert(reject.line);
  EXPECT_EQ(lines.size(), 200U);
}

INSTANTIATE_TEST_SUITE_P(Memory, RejectSpoolTest, testing::Values(0, 3000, std::size_t{1} << 30));

TEST(RejectSpool, LeavesNoFileBehindAndSaysWhenItCannotMakeOne) {
  const TempPlace place;
  {
    RejectSpool spool(place.path().string(), 0);
    std::vector<Reject> some = rejects(0, 10);
    ASSERT_TRUE(spool.add(some).has_value());
    EXPECT_EQ(place.files(), 0U) << "the file has no name";
  }
  write_file(place / "file", "not a directory");
  RejectSpool spool(place / "file", 0);
  std::vector<Reject> some = rejects(0, 10);
  const Status added = spool.add(some);
  ASSERT_FALSE(added.has_value());
  EXPECT_THAT(added.error().where, testing::HasSubstr("file"));
}

TEST(RejectSpool, ForgetsThemWhenClosed) {
  const TempPlace place;
  for (const std::size_t memory_bytes : {std::size_t{0}, std::size_t{1} << 30}) {
    RejectSpool spool(place.path().string(), memory_bytes);
    std::vector<Reject> some = rejects(0, 10);
    ASSERT_TRUE(spool.add(some).has_value());
    spool.close();
    EXPECT_EQ(spool.count(), 0U);
    EXPECT_TRUE(spool.first(5)->empty());
  }
}

}  // namespace
}  // namespace weir
