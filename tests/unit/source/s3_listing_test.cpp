// Listings against a bucket in memory, which pages as S3 does.
#include "source/s3_listing.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace weir::source {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Keys in the order of bytes. Tokens are the last key of the page before, as some servers have it.
struct Bucket {
  std::set<std::string> keys{};
  std::size_t page_keys = 1000;
  bool knows_start_after = true;
  std::vector<ListingRequest> requests{};

  Result<ListingPage> read(const ListingRequest& request) {
    requests.push_back(request);
    const std::string after = !request.token.empty() ? request.token.substr(1)
                              : knows_start_after    ? request.start_after
                                                     : std::string();
    ListingPage page;
    for (auto key = after.empty() ? keys.begin() : keys.upper_bound(after); key != keys.end(); ++key) {
      if (!key->starts_with(request.prefix)) continue;
      if (page.keys.size() == page_keys) {
        page.next_token = "t" + page.keys.back().key;
        break;
      }
      page.keys.push_back({*key, key->size(), "e", 0});
    }
    return page;
  }
  PageReader reader() {
    return [this](const ListingRequest& request) { return read(request); };
  }
};

std::vector<std::string> names_of(const Result<std::vector<ListedKey>>& found) {
  if (!found) return {to_string(found.error())};
  std::vector<std::string> names;
  for (const ListedKey& key : *found) names.push_back(key.key);
  return names;
}

std::vector<std::string> months(int first_year, int last_year) {
  std::vector<std::string> keys;
  for (int year = first_year; year <= last_year; ++year) {
    for (int month = 1; month <= 12; ++month) keys.push_back(fmt::format("events/{}/{:02}/events.csv", year, month));
  }
  return keys;
}

TEST(FindKeys, AsksOnceForWhatOnePageHolds) {
  Bucket bucket;
  for (const std::string& key : months(2015, 2021)) bucket.keys.insert(key);
  bucket.keys.erase("events/2020/02/events.csv");
  bucket.keys.insert({"events/2020/02/events.csv.gz", "other/2020/02/events.csv"});
  const auto found = find_keys(bucket.reader(), "b", months(2019, 2021));
  EXPECT_EQ(names_of(found).size(), 35U);
  EXPECT_EQ((*found)[0].bytes, std::string("events/2019/01/events.csv").size());
  ASSERT_EQ(bucket.requests.size(), 1U);
  EXPECT_EQ(bucket.requests[0].prefix, "events/20");
  EXPECT_EQ(bucket.requests[0].start_after, "events/2019/01/events.csu") << "years before are not even listed";
}

TEST(FindKeys, PassesOverWhatNobodyWants) {
  Bucket bucket;
  for (const std::string& key : months(2021, 2021)) {
    bucket.keys.insert(key);
    for (int i = 0; i < 8000; ++i) bucket.keys.insert(key.substr(0, 15) + fmt::format("part-{:05}", i));
  }
  EXPECT_EQ(names_of(find_keys(bucket.reader(), "b", months(2019, 2021))), months(2021, 2021));
  EXPECT_LE(bucket.requests.size(), 13U) << "of 97 pages";
}

TEST(FindKeys, NarrowsThePrefixOnItsWay) {
  Bucket bucket{.keys = {"a/2020/12", "a/2021/01", "a/2021/02", "a/2021/03"}, .page_keys = 1};
  EXPECT_THAT(names_of(find_keys(bucket.reader(), "b", {"a/2020/12", "a/2021/01", "a/2021/03"})),
              ElementsAre("a/2020/12", "a/2021/01", "a/2021/03"));
  ASSERT_EQ(bucket.requests.size(), 3U);
  EXPECT_EQ(bucket.requests[0].prefix, "a/202");
  EXPECT_EQ(bucket.requests[1].prefix, "a/2021/0");
  EXPECT_EQ(bucket.requests[2].prefix, "a/2021/03");
}

TEST(FindKeys, CutsNoCharacterInHalf) {
  Bucket bucket{.keys = {"a/2021-\xC3\xA9"}};
  EXPECT_THAT(names_of(find_keys(bucket.reader(), "b", {"a/2021-\xC3\xA9", "a/2022-\xC3\xA9"})),
              ElementsAre("a/2021-\xC3\xA9"));
  EXPECT_EQ(bucket.requests[0].start_after, "a/2021-");
}

TEST(FindKeys, ListsAllWhereTheServerKnowsNoStartAfter) {
  Bucket bucket{.page_keys = 7, .knows_start_after = false};
  for (const std::string& key : months(2010, 2021)) bucket.keys.insert(key);
  EXPECT_EQ(names_of(find_keys(bucket.reader(), "b", months(2019, 2021))), months(2019, 2021));
}

TEST(FindKeys, AsksNothingForNothing) {
  Bucket bucket;
  EXPECT_THAT(names_of(find_keys(bucket.reader(), "b", {})), IsEmpty());
  EXPECT_THAT(bucket.requests, IsEmpty());
}

// In any bucket, at any page size, whether or not the server knows start-after: what is there is found, and within the
// bound that is promised.
RC_GTEST_PROP(FindKeysProperty, FindsWhatIsThere, ()) {
  const auto key =
      rc::gen::map(rc::gen::container<std::vector<char>>(4, rc::gen::element('0', '1', '2', '/', '.', 'z')),
                   [](const std::vector<char>& text) { return "k" + std::string(text.begin(), text.end()); });
  Bucket bucket;
  bucket.page_keys = *rc::gen::inRange<std::size_t>(1, 9);
  bucket.knows_start_after = *rc::gen::arbitrary<bool>();
  bucket.keys = *rc::gen::container<std::set<std::string>>(key);
  const auto wanted = *rc::gen::container<std::set<std::string>>(key);
  const std::vector<std::string> keys(wanted.begin(), wanted.end());
  std::vector<std::string> there;
  std::ranges::set_intersection(wanted, bucket.keys, std::back_inserter(there));
  RC_ASSERT(names_of(find_keys(bucket.reader(), "b", keys)) == there);
  const std::size_t pages = bucket.keys.size() / bucket.page_keys + 1;
  if (bucket.knows_start_after) RC_ASSERT(bucket.requests.size() <= pages);
}

TEST(FindKeys, DoesNotGoRoundInCircles) {
  const auto found = find_keys(
      [](const ListingRequest&) {
        return ListingPage{{}, "again"};
      },
      "bucket", {"a/1", "a/2"});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().where, "s3://bucket/a/");
  EXPECT_THAT(found.error().why, HasSubstr("twice"));
}

TEST(FindKeys, RefusesKeysThatAreElsewhere) {
  const auto found = find_keys(
      [](const ListingRequest&) {
        return ListingPage{{{"q", 1, "", 0}}, ""};
      },
      "bucket", {"a/1", "a/2"});
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().why, HasSubstr("not below it"));
}

TEST(FindKeys, ListsAllWhereKeysDoNotAscend) {
  std::vector<ListingRequest> requests;
  const auto found = find_keys(
      [&](const ListingRequest& request) {
        requests.push_back(request);
        return ListingPage{{{"a/2", 2, "", 0}, {"a/1", 1, "", 0}}, ""};
      },
      "bucket", {"a/1", "a/2"});
  EXPECT_THAT(names_of(found), ElementsAre("a/1", "a/2"));
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[1].start_after, "");
}

}  // namespace
}  // namespace weir::source
