// Listings of a real S3 server: past 1,000 keys, globs, templates.
#include <gmock/gmock.h>

#include <fmt/format.h>

#include <thread>

#include "reading.h"
#include "signed_put.h"

namespace weir::s3_tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Listing, GoesPastAThousandKeys) {
  constexpr int keys = 1100;
  constexpr int writers = 4;
  std::vector<std::vector<KeyAndContent>> shares(writers);
  for (int i = 0; i < keys; ++i)
    shares[static_cast<std::size_t>(i % writers)].emplace_back(fmt::format("many/{:05}.csv", i), "x");
  std::vector<std::string> errors(writers);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < writers; ++i) {
      threads.emplace_back([&, i] { errors[i] = put_all(swift().bucket, shares[i]); });
    }
  }
  for (const std::string& error : errors) ASSERT_THAT(error, IsEmpty());

  const auto sources = make_sources(path_style());
  const auto all = sources->expand(uri_of("many/*.csv"));
  ASSERT_TRUE(all.has_value()) << to_string(all.error());
  ASSERT_EQ(all->size(), static_cast<std::size_t>(keys));
  for (int i = 0; i < keys; ++i) {
    EXPECT_EQ((*all)[static_cast<std::size_t>(i)].uri, uri_of(fmt::format("many/{:05}.csv", i)));
  }
  // On both sides of the first page's end.
  EXPECT_THAT(uris_of(sources->expand(uri_of("many/0099[89].csv")).value()),
              ElementsAre(uri_of("many/00998.csv"), uri_of("many/00999.csv")));
  EXPECT_THAT(uris_of(sources->expand(uri_of("many/0*1099.csv")).value()), ElementsAre(uri_of("many/01099.csv")));
}

TEST(Listing, MatchesAGlobWithinItsFolder) {
  ASSERT_THAT(put_all(swift().bucket, {{"glob/2021/a.csv", "1"},
                                       {"glob/2021/b.csv", "22"},
                                       {"glob/2021/b.csv.gz", "3"},
                                       {"glob/2022/a.csv", "4"},
                                       {"glob/2021/deep/a.csv", "5"}}),
              IsEmpty());
  const auto sources = make_sources(path_style());
  const auto found = sources->expand(uri_of("glob/2021/*.csv"));
  ASSERT_TRUE(found.has_value()) << to_string(found.error());
  EXPECT_THAT(uris_of(*found), ElementsAre(uri_of("glob/2021/a.csv"), uri_of("glob/2021/b.csv")));
  EXPECT_EQ((*found)[1].bytes, 2U);
  EXPECT_EQ((*found)[1].version, sources->stat(uri_of("glob/2021/b.csv")).value().value().version)
      << "a listing and a look tell the same version";
  EXPECT_THAT(uris_of(sources->expand(uri_of("glob/202?/a.csv")).value()),
              ElementsAre(uri_of("glob/2021/a.csv"), uri_of("glob/2022/a.csv")));
  const auto none = sources->expand(uri_of("glob/*.parquet"));
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().kind, ErrorKind::missing);
  EXPECT_THAT(none.error().why, HasSubstr(uri_of("glob/")));
}

TEST(Listing, FindsTheDumpsOfATemplate) {
  ASSERT_THAT(put_all(swift().bucket, {{"t/2020/12/events.csv", "1"},
                                       {"t/2021/01/events.csv", "1"},
                                       {"t/2021/03/events.csv", "333"},
                                       {"t/2021/13/events.csv", "1"},
                                       {"t/2021/02/other.csv", "1"},
                                       {"t/2021/04/events.csv", "1"}}),
              IsEmpty());
  const auto uri_template = UriTemplate::parse(uri_of("t/{YYYY}/{MM}/events.csv")).value();
  const auto sources = make_sources(path_style());
  const auto listed = sources->list(uri_template, {2021, 1, 0}, {2021, 3, 0});
  ASSERT_TRUE(listed.has_value()) << to_string(listed.error());
  ASSERT_EQ(listed->size(), 2U);
  EXPECT_EQ((*listed)[0].period, (Period{2021, 1, 0}));
  EXPECT_EQ((*listed)[1].period, (Period{2021, 3, 0}));
  EXPECT_EQ((*listed)[1].object.uri, uri_of("t/2021/03/events.csv"));
  EXPECT_EQ((*listed)[1].object.bytes, 3U);
  const auto older = sources->list(uri_template, {1970, 1, 0}, {2019, 12, 0});
  ASSERT_TRUE(older.has_value()) << to_string(older.error());
  EXPECT_TRUE(older->empty());
}

}  // namespace
}  // namespace weir::s3_tests
