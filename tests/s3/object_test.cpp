// Single objects of a real S3 server: HEAD and GET, keys of every kind, versions, resuming, styles of addressing.
#include <gmock/gmock.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "reading.h"
#include "signed_put.h"

namespace weir::s3_tests {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string bytes_of_every_value(std::size_t size) {
  std::string content(size, '\0');
  std::uint32_t state = 1;
  for (char& c : content) {
    state = state * 1664525 + 1013904223;
    c = static_cast<char>(state >> 24);
  }
  return content;
}

TEST(Object, IsReadAsItWasPut) {
  const std::string content = bytes_of_every_value(9'000'000);  // more than a stream holds at once
  ASSERT_THAT(put(swift().bucket, "object/large", content), IsEmpty());
  const auto sources = make_sources(path_style());
  const auto opened = sources->open(uri_of("object/large"));
  ASSERT_TRUE(opened.has_value()) << to_string(opened.error());
  EXPECT_EQ((*opened)->object().bytes, content.size());
  const auto read = read_all(**opened);
  ASSERT_TRUE(read.has_value()) << to_string(read.error());
  EXPECT_TRUE(*read == content);

  const auto seen = sources->stat(uri_of("object/large"));
  ASSERT_TRUE(seen.has_value() && seen->has_value());
  EXPECT_EQ((*seen)->bytes, content.size());
  EXPECT_EQ((*seen)->version.size(), 32U) << "an MD5: " << (*seen)->version;
  EXPECT_EQ((*seen)->version, (*opened)->object().version);
  EXPECT_GT((*seen)->modified_ns, 1'600'000'000'000'000'000);
}

TEST(Object, MayBeEmpty) {
  ASSERT_THAT(put(swift().bucket, "object/empty", ""), IsEmpty());
  const auto sources = make_sources(path_style());
  const auto read = read_all(*sources, uri_of("object/empty"));
  ASSERT_TRUE(read.has_value()) << to_string(read.error());
  EXPECT_EQ(*read, "");
  EXPECT_EQ(sources->stat(uri_of("object/empty")).value().value().bytes, 0U);
}

class OddKey : public testing::TestWithParam<const char*> {};

TEST_P(OddKey, IsSignedListedAndRead) {
  const std::string key = std::string("odd/") + GetParam();
  ASSERT_THAT(put(swift().bucket, key, "content of " + key), IsEmpty());
  const auto sources = make_sources(path_style());
  const auto read = read_all(*sources, uri_of(key));
  ASSERT_TRUE(read.has_value()) << to_string(read.error());
  EXPECT_EQ(*read, "content of " + key);
  const auto seen = sources->stat(uri_of(key));
  ASSERT_TRUE(seen.has_value() && seen->has_value());
  EXPECT_EQ((*seen)->uri, uri_of(key));
  const auto listed = sources->expand(uri_of("odd/*"));
  ASSERT_TRUE(listed.has_value()) << to_string(listed.error());
  EXPECT_THAT(uris_of(*listed), testing::Contains(uri_of(key)));
  EXPECT_THAT(remove(swift().bucket, key), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Keys, OddKey,
                         testing::Values("with space", "per%cent", "per%20cent", "equals=sign", "plus+sign", "a&b?c#d",
                                         "\xC3\xA9\xE2\x82\xAC", "quote'\"<&>", "semi;colon:comma,", "tilde~(star)!$",
                                         "..dots..", "[brackets]", "back\\slash", "at@sign"));

TEST(Object, ThatIsAbsentIsNoErrorToStatAndOneToRead) {
  const auto sources = make_sources(path_style());
  const auto seen = sources->stat(uri_of("not/there.csv"));
  ASSERT_TRUE(seen.has_value()) << to_string(seen.error());
  EXPECT_FALSE(seen->has_value());
  for (const auto& error :
       {sources->open(uri_of("not/there.csv")).error(), sources->expand(uri_of("not/there.csv")).error()}) {
    EXPECT_EQ(error.kind, ErrorKind::missing);
    EXPECT_EQ(error.where, uri_of("not/there.csv"));
    EXPECT_THAT(error.why, HasSubstr("no such object"));
  }
}

TEST(Object, IsResumedAtAByte) {
  const std::string content = bytes_of_every_value(100'000);
  ASSERT_THAT(put(swift().bucket, "object/resumed", content), IsEmpty());
  const auto sources = make_sources(path_style());
  const std::string version = sources->stat(uri_of("object/resumed")).value().value().version;
  for (const std::size_t offset :
       {std::size_t{0}, std::size_t{1}, std::size_t{65'536}, content.size() - 1, content.size()}) {
    auto rest = sources->open_at(uri_of("object/resumed"), offset, version);
    ASSERT_TRUE(rest.has_value()) << offset << ": " << to_string(rest.error());
    EXPECT_EQ((*rest)->object().bytes, content.size());
    EXPECT_TRUE(read_all(**rest).value() == content.substr(offset)) << offset;
  }
  const auto beyond = sources->open_at(uri_of("object/resumed"), content.size() + 1, version);
  ASSERT_FALSE(beyond.has_value());
  EXPECT_THAT(beyond.error().why, HasSubstr("fewer than"));
}

TEST(Object, ThatChangedIsNotResumed) {
  ASSERT_THAT(put(swift().bucket, "object/changed", "the first version"), IsEmpty());
  const auto sources = make_sources(path_style());
  const std::string version = sources->stat(uri_of("object/changed")).value().value().version;
  ASSERT_THAT(put(swift().bucket, "object/changed", "another version!!"), IsEmpty());
  const auto resumed = sources->open_at(uri_of("object/changed"), 4, version);
  ASSERT_FALSE(resumed.has_value());
  EXPECT_EQ(resumed.error().kind, ErrorKind::failed);
  EXPECT_THAT(resumed.error().why, HasSubstr("has changed"));
  ASSERT_THAT(remove(swift().bucket, "object/changed"), IsEmpty());
  EXPECT_EQ(sources->open_at(uri_of("object/changed"), 4, version).error().kind, ErrorKind::missing);
}

TEST(Object, AnswersAtTheHostOfItsBucket) {
  ASSERT_THAT(put(swift().bucket, "object/a key=1", "reached"), IsEmpty());
  const std::filesystem::path config =
      std::filesystem::temp_directory_path() / ("weir-s3-config-" + std::to_string(getpid()));
  std::ofstream(config) << "[default]\ns3 =\n  addressing_style = virtual\n";
  setenv("AWS_CONFIG_FILE", config.c_str(), 1);
  AccessOptions options;
  options.endpoint_url = "http://" + swift().virtual_host;
  const auto sources = make_sources(options);
  const auto read = read_all(*sources, uri_of("object/a key=1"));
  const auto listed = sources->expand(uri_of("object/a*"));
  setenv("AWS_CONFIG_FILE", "/dev/null", 1);
  std::filesystem::remove(config);
  ASSERT_TRUE(read.has_value()) << to_string(read.error());
  EXPECT_EQ(*read, "reached");
  ASSERT_TRUE(listed.has_value()) << to_string(listed.error());
  EXPECT_THAT(uris_of(*listed), testing::ElementsAre(uri_of("object/a key=1")));
}

TEST(Object, IsReadOverTlsFromAServerOneTrusts) {
  const std::string content = bytes_of_every_value(300'000);
  ASSERT_THAT(put(swift().bucket, "object/secure", content), IsEmpty());
  AccessOptions options;
  options.endpoint_url = swift().https_endpoint;
  const auto refused = make_sources(options)->open(uri_of("object/secure"));
  ASSERT_FALSE(refused.has_value()) << "its certificate is nobody's";
  EXPECT_EQ(refused.error().kind, ErrorKind::failed);
  EXPECT_THAT(to_string(refused.error()), testing::AllOf(HasSubstr("no trusted TLS"), HasSubstr("AWS_CA_BUNDLE")));
  setenv("AWS_CA_BUNDLE", swift().ca_bundle.c_str(), 1);
  const auto read = read_all(*make_sources(options), uri_of("object/secure"));
  unsetenv("AWS_CA_BUNDLE");
  ASSERT_TRUE(read.has_value()) << to_string(read.error());
  EXPECT_TRUE(*read == content);
}

TEST(Object, IsReadByManyThreadsAtOnce) {
  ASSERT_THAT(put(swift().bucket, "object/shared", std::string(300'000, 'x')), IsEmpty());
  const auto sources = make_sources(path_style());
  std::array<std::size_t, 4> sizes{};
  {
    std::array<std::jthread, sizes.size()> threads;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      threads[i] = std::jthread([&, i] {
        if (const auto read = read_all(*sources, uri_of("object/shared"))) sizes[i] = read->size();
      });
    }
  }
  EXPECT_THAT(sizes, testing::Each(300'000U));
}

}  // namespace
}  // namespace weir::s3_tests
