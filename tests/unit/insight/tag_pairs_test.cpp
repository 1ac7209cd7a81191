#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "weir/tags.h"

namespace weir {
namespace {

using Events = std::vector<std::set<std::string>>;

// As stores and counters answer.
std::pair<Answer, Answer> answers_of(const Events& events) {
  std::map<std::string, std::uint64_t> tags, pairs;
  for (const auto& event : events) {
    for (const std::string& a : event) {
      ++tags[a];
      for (const std::string& b : event) {
        if (a < b) ++pairs[tag_pair_key(a, b)];
      }
    }
  }
  Answer of_tags{nullptr, tags.size(), events.size(), {}};
  Answer of_pairs{nullptr, pairs.size(), events.size(), {}};
  for (const auto& [key, count] : tags) of_tags.rows.push_back({key, count});
  for (const auto& [key, count] : pairs) of_pairs.rows.push_back({key, count});
  return {of_tags, of_pairs};
}

TagPairs pairs_of(const Events& events, const TagPairOptions& options) {
  const auto [tags, pairs] = answers_of(events);
  return make_tag_pairs(tags, pairs, options);
}

TEST(TagPairs, TellHowMuchMoreOftenThanChance) {
  const TagPairs pairs = pairs_of({{"a", "b"}, {"a", "b"}, {"a"}, {"c"}, {}, {"b", "c"}, {}, {}}, {});
  EXPECT_EQ(pairs.events, 8U);
  ASSERT_EQ(pairs.rows.size(), 2U);
  EXPECT_EQ(pairs.rows[0].first, "a");
  EXPECT_EQ(pairs.rows[0].second, "b");
  EXPECT_EQ(pairs.rows[0].events, 2U);
  EXPECT_EQ(pairs.rows[0].first_events, 3U);
  EXPECT_EQ(pairs.rows[0].second_events, 3U);
  EXPECT_DOUBLE_EQ(pairs.rows[0].lift, 2.0 * 8 / 9);
  EXPECT_EQ(pairs.rows[1].second, "c");
}

TEST(TagPairs, AreNoneWithoutEvents) {
  EXPECT_TRUE(pairs_of({}, {}).rows.empty());
  EXPECT_TRUE(pairs_of({{}, {"a"}}, {}).rows.empty());
}

TEST(TagPairs, AreSearchedByEitherTag) {
  const Events events{{"Policy", "x"}, {"politics", "y"}, {"x", "y"}};
  const TagPairs pairs = pairs_of(events, {.like = {"POL*"}});
  ASSERT_EQ(pairs.rows.size(), 2U);
  EXPECT_EQ(pairs.distinct, 2U);
  EXPECT_EQ(pairs.rows[0].first, "Policy");
  EXPECT_EQ(pairs.rows[1].first, "politics");
  EXPECT_TRUE(pairs_of(events, {.like = {"x*z"}}).rows.empty());
}

// Each pair of tags by itself, over all events.
TagPairs reference(const Events& events, const TagPairOptions& options) {
  std::set<std::string> tags;
  for (const auto& event : events) tags.insert(event.begin(), event.end());
  const auto with = [&](const std::string& a, const std::string& b) {
    return static_cast<std::uint64_t>(
        std::ranges::count_if(events, [&](const auto& event) { return event.contains(a) && event.contains(b); }));
  };
  TagPairs found;
  found.events = events.size();
  for (const std::string& a : tags) {
    for (const std::string& b : tags) {
      if (!(a < b) || with(a, b) < std::max<std::uint64_t>(options.min_support, 1)) continue;
      const double chance = static_cast<double>(with(a, a)) / static_cast<double>(events.size()) *
                            static_cast<double>(with(b, b)) / static_cast<double>(events.size());
      found.rows.push_back({a, b, with(a, b), with(a, a), with(b, b),
                            static_cast<double>(with(a, b)) / static_cast<double>(events.size()) / chance});
    }
  }
  found.distinct = found.rows.size();
  std::ranges::stable_sort(found.rows, [&](const TagPair& a, const TagPair& b) {
    if (options.sort == PairSort::key) return false;
    if (options.sort == PairSort::lift && std::abs(a.lift - b.lift) > 1e-9) return a.lift > b.lift;
    return a.events > b.events;
  });
  if (options.limit && *options.limit < found.rows.size()) found.rows.resize(*options.limit);
  return found;
}

TEST(TagPairs, AgreeWithCountingEachPairByItself) {
  std::mt19937 random(3);
  for (int round = 0; round < 60; ++round) {
    Events events(1 + random() % 80);
    const unsigned tags = 1 + static_cast<unsigned>(random() % 12);
    for (auto& event : events) {
      for (auto i = random() % 5; i > 0; --i) event.insert("t" + std::to_string(random() % tags));
    }
    for (const PairSort sort : {PairSort::events, PairSort::lift, PairSort::key}) {
      for (const std::optional<std::uint64_t> limit : std::vector<std::optional<std::uint64_t>>{0, 3, {}}) {
        const TagPairOptions options{.limit = limit, .sort = sort, .min_support = 1 + random() % 3, .like = {}};
        const TagPairs got = pairs_of(events, options);
        const TagPairs expected = reference(events, options);
        EXPECT_EQ(got.events, expected.events);
        EXPECT_EQ(got.distinct, expected.distinct);
        ASSERT_EQ(got.rows.size(), expected.rows.size());
        for (std::size_t i = 0; i < got.rows.size(); ++i) {
          EXPECT_EQ(got.rows[i].first, expected.rows[i].first);
          EXPECT_EQ(got.rows[i].second, expected.rows[i].second);
          EXPECT_EQ(got.rows[i].events, expected.rows[i].events);
          EXPECT_NEAR(got.rows[i].lift, expected.rows[i].lift, 1e-9);
        }
      }
    }
  }
}

}  // namespace
}  // namespace weir
