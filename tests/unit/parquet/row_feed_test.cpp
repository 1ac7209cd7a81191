#include "parquet/row_feed.h"

#include <gtest/gtest.h>

#include <array>

namespace weir::parquet_tests {
namespace {

using parquet::RowFeed;

std::array<int, 3> vectors{};  // a feed does not look into them

Status hand_over_all() {
  for (int& vector : vectors) {
    if (!RowFeed::of_this_thread()->hand_over(&vector)) return {};
  }
  return {};
}

// The feed's thread may have the first vectors before the reader waits for them, or after.
TEST(RowFeed, HandsOverEachOnce) {
  constexpr int rounds = 3000;
  for (int round = 0; round < rounds; ++round) {
    RowFeed feed(hand_over_all);
    for (int& vector : vectors) {
      const Result<void*> next = feed.next();
      ASSERT_TRUE(next);
      ASSERT_EQ(*next, &vector) << "round " << round;
    }
    const Result<void*> end = feed.next();
    ASSERT_TRUE(end);
    ASSERT_EQ(*end, nullptr);
  }
}

TEST(RowFeed, MayBeGivenUpAtAnyTime) {
  for (int taken = 0; taken < 3; ++taken) {
    bool wanted = true;
    {
      RowFeed feed([&]() -> Status {
        while (wanted) wanted = RowFeed::of_this_thread()->hand_over(&vectors[0]);
        return {};
      });
      for (int i = 0; i < taken; ++i) ASSERT_TRUE(feed.next());
    }
    EXPECT_EQ(wanted, taken == 0);  // it was never asked, and so never began
  }
}

TEST(RowFeed, EndsWithTheErrorOfItsWork) {
  RowFeed feed([]() -> Status {
    RowFeed::of_this_thread()->hand_over(&vectors[0]);
    return fail("cannot read", "april.parquet", "it is damaged");
  });
  ASSERT_TRUE(feed.next());
  const Result<void*> next = feed.next();
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().why, "it is damaged");
}

}  // namespace
}  // namespace weir::parquet_tests
