#include "source/s3_address.h"

#include <gmock/gmock.h>

namespace weir::source {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string url_of(const AwsSettings& settings, const std::string& uri, const std::string& region = "eu-west-1") {
  return s3_address(settings, region, parse_s3_uri(uri).value()).url();
}

AwsSettings at(const std::string& endpoint, AddressingStyle style = AddressingStyle::automatic) {
  AwsSettings settings;
  settings.region = "eu-west-1";
  settings.endpoint_url = endpoint;
  settings.addressing = style;
  return settings;
}

TEST(S3Uri, IsBucketAndKey) {
  const S3Name name = parse_s3_uri("s3://my.bucket-1/a//b c/=%").value();
  EXPECT_EQ(name.bucket, "my.bucket-1");
  EXPECT_EQ(name.key, "a//b c/=%");
  EXPECT_EQ(to_uri(name), "s3://my.bucket-1/a//b c/=%");
  EXPECT_EQ(parse_s3_uri("s3://b").value().key, "");
  EXPECT_EQ(parse_s3_uri("s3://b/").value().key, "");
}

TEST(S3Uri, RefusesWhatIsNoBucket) {
  for (const char* uri :
       {"s3://", "s3:///key", "s3://a b/k", "s3://b*/k", "s3://{YYYY}/k", "s3://user@b/k", "s3://b:1/k"}) {
    const auto name = parse_s3_uri(uri);
    ASSERT_FALSE(name) << uri;
    EXPECT_EQ(name.error().kind, ErrorKind::usage);
  }
}

TEST(S3Address, IsTheBucketsHostAtAws) {
  EXPECT_EQ(url_of(at(""), "s3://bucket/a b=c"), "https://bucket.s3.eu-west-1.amazonaws.com/a%20b%3Dc");
  EXPECT_EQ(url_of(at(""), "s3://bucket"), "https://bucket.s3.eu-west-1.amazonaws.com/");
  EXPECT_EQ(url_of(at(""), "s3://bucket/k", "cn-north-1"), "https://bucket.s3.cn-north-1.amazonaws.com.cn/k");
}

TEST(S3Address, IsAPathAtAwsWhereTheBucketIsNoDnsLabel) {
  EXPECT_EQ(url_of(at(""), "s3://my.bucket/k"), "https://s3.eu-west-1.amazonaws.com/my.bucket/k");
  EXPECT_EQ(url_of(at(""), "s3://My_Bucket/k"), "https://s3.eu-west-1.amazonaws.com/My_Bucket/k");
  EXPECT_EQ(url_of(at(""), "s3://bucket-/k"), "https://s3.eu-west-1.amazonaws.com/bucket-/k");
}

TEST(S3Address, IsAPathAtAnEndpoint) {
  EXPECT_EQ(url_of(at("http://127.0.0.1:9000"), "s3://bucket/a/b"), "http://127.0.0.1:9000/bucket/a/b");
  EXPECT_EQ(url_of(at("https://s3.example.com/"), "s3://bucket/k"), "https://s3.example.com/bucket/k");
  EXPECT_EQ(url_of(at("https://example.com/store/"), "s3://bucket/k"), "https://example.com/store/bucket/k");
  EXPECT_EQ(url_of(at("https://example.com"), "s3://bucket"), "https://example.com/bucket");
}

TEST(S3Address, FollowsTheStyleThatTheProfileNames) {
  EXPECT_EQ(url_of(at("http://s3.localhost:1", AddressingStyle::virtual_host), "s3://bucket/k"),
            "http://bucket.s3.localhost:1/k");
  EXPECT_EQ(url_of(at("", AddressingStyle::path), "s3://bucket/k"), "https://s3.eu-west-1.amazonaws.com/bucket/k");
}

// What is signed must be what curl sends.
TEST(S3Address, LeavesASchemesOwnPortOut) {
  EXPECT_EQ(s3_address(at("http://h:80"), "r", {"b", "k"}).host, "h");
  EXPECT_EQ(s3_address(at("https://h:443"), "r", {"b", "k"}).host, "h");
  EXPECT_EQ(s3_address(at("http://h:443"), "r", {"b", "k"}).host, "h:443");
  EXPECT_EQ(s3_address(at("http://h:8080"), "r", {"b", "k"}).host, "h:8080");
}

TEST(CheckEndpoint, WantsAPlainWebAddressAndARegion) {
  EXPECT_TRUE(check_endpoint(at("")));
  EXPECT_TRUE(check_endpoint(at("https://h:9000/path")));
  for (const char* endpoint :
       {"localhost:9000", "ftp://h", "https://", "https://key:hidden@h", "https://h/?hidden=1"}) {
    const Status status = check_endpoint(at(endpoint));
    ASSERT_FALSE(status) << endpoint;
    EXPECT_EQ(status.error().kind, ErrorKind::usage);
    EXPECT_THAT(to_string(status.error()), Not(HasSubstr("hidden")));
  }
  for (const char* region : {"", "eu west", "evil.com/", "EU"}) {
    AwsSettings settings = at("");
    settings.region = region;
    EXPECT_FALSE(check_endpoint(settings)) << region;
  }
}

}  // namespace
}  // namespace weir::source
