// What a real S3 server refuses, and what is told of it.
#include <gmock/gmock.h>

#include <cstdlib>

#include "reading.h"
#include "signed_put.h"

namespace weir::s3_tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Other keys for as long as it lives.
class Keys {
 public:
  Keys(const std::string& id, const std::string& secret) { set(id, secret); }
  Keys(const Keys&) = delete;
  Keys& operator=(const Keys&) = delete;
  ~Keys() { set(swift().access_key, swift().secret_key); }

 private:
  static void set(const std::string& id, const std::string& secret) {
    setenv("AWS_ACCESS_KEY_ID", id.c_str(), 1);
    setenv("AWS_SECRET_ACCESS_KEY", secret.c_str(), 1);
  }
};

// All ways to touch an object end in the same kind of error.
void expect_refused(Sources& sources, const std::string& uri, ErrorKind kind, const std::string& why) {
  const std::vector<Error> errors{sources.stat(uri).error(), sources.open(uri).error(), sources.expand(uri).error(),
                                  sources.expand(uri + "*").error()};
  for (const Error& error : errors) {
    EXPECT_EQ(error.kind, kind) << to_string(error);
    EXPECT_THAT(to_string(error), AllOf(HasSubstr(why), Not(HasSubstr("secret-of-nobody"))));
    EXPECT_THAT(error.next, Not(IsEmpty())) << to_string(error);
  }
}

class Refusal : public testing::Test {
 protected:
  void SetUp() override { ASSERT_THAT(put(swift().bucket, "refusal/a.csv", "private"), IsEmpty()); }
};

TEST_F(Refusal, OfASecretThatIsWrong) {
  const Keys keys(swift().access_key, "secret-of-nobody");
  const auto sources = make_sources(path_style());
  expect_refused(*sources, uri_of("refusal/a.csv"), ErrorKind::access, "SignatureDoesNotMatch");
}

TEST_F(Refusal, OfAnAccessKeyThatIsUnknown) {
  const Keys keys("NOBODY", "secret-of-nobody");
  const auto sources = make_sources(path_style());
  expect_refused(*sources, uri_of("refusal/a.csv"), ErrorKind::access, "the environment (AWS_ACCESS_KEY_ID)");
}

TEST_F(Refusal, OfAUserWithoutRights) {
  const Keys keys(swift().other_access_key, swift().other_secret_key);
  const auto sources = make_sources(path_style());
  expect_refused(*sources, uri_of("refusal/a.csv"), ErrorKind::access, "AccessDenied");
}

TEST_F(Refusal, OfABucketThatIsNotThere) {
  const auto sources = make_sources(path_style());
  expect_refused(*sources, "s3://no-such-bucket/a.csv", ErrorKind::failed, "no bucket 'no-such-bucket'");
}

TEST_F(Refusal, WithoutAnyKeys) {
  const Keys keys("", "");
  const auto sources = make_sources(path_style());
  expect_refused(*sources, uri_of("refusal/a.csv"), ErrorKind::access, "no credentials");
}

TEST_F(Refusal, OfUnsignedRequests) {
  AccessOptions options;
  options.endpoint_url = swift().public_endpoint;
  options.no_sign_request = true;
  const auto sources = make_sources(options);
  expect_refused(*sources, uri_of("refusal/a.csv"), ErrorKind::access, "--no-sign-request");
}

// The region is signed: the server names the right one, and it is asked again there.
TEST_F(Refusal, OfAWrongRegionIsFollowed) {
  AccessOptions options = path_style();
  options.region = "us-west-2";
  const auto sources = make_sources(options);
  const auto read = read_all(*sources, uri_of("refusal/a.csv"));
  ASSERT_TRUE(read.has_value()) << to_string(read.error());
  EXPECT_EQ(*read, "private");
}

TEST(Unsigned, RequestsReadPublicObjects) {
  ASSERT_THAT(put(swift().public_bucket, "open data/a=1.csv", "public"), IsEmpty());
  const Keys keys("", "");
  AccessOptions options;
  options.endpoint_url = swift().public_endpoint;
  options.no_sign_request = true;
  const auto sources = make_sources(options);
  const auto read = read_all(*sources, "s3://" + swift().public_bucket + "/open data/a=1.csv");
  ASSERT_TRUE(read.has_value()) << to_string(read.error());
  EXPECT_EQ(*read, "public");
}

TEST(Web, AddressesReadPublicObjects) {
  ASSERT_THAT(put(swift().public_bucket, "web.csv", "public"), IsEmpty());
  const auto sources = make_sources({});
  const std::string url = swift().public_endpoint + '/' + swift().public_bucket + "/web.csv";
  const auto read = read_all(*sources, url + "?not=shown");
  ASSERT_TRUE(read.has_value()) << to_string(read.error());
  EXPECT_EQ(*read, "public");
  EXPECT_EQ(sources->expand(url).value().at(0).bytes, 6U);
  EXPECT_EQ(sources->open(swift().public_endpoint + '/' + swift().bucket + "/a.csv").error().kind, ErrorKind::access);
}

}  // namespace
}  // namespace weir::s3_tests
