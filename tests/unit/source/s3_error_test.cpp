#include "source/s3_error.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace weir::source {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const S3Question question{"cannot read", {"bucket", "a/key"}, "eu-west-1", "bucket.s3.example"};

AwsSettings with_keys() {
  AwsSettings settings;
  settings.credentials = fixed_credentials({"AK", "hidden-secret", "hidden-token"}, "profile 'work'");
  return settings;
}

HttpResponse answer(int status, const std::string& code, const std::string& more = "") {
  HttpResponse response;
  response.status = status;
  if (!code.empty())
    response.body = fmt::format("<Error><Code>{}</Code><Message>in words</Message>{}</Error>", code, more);
  return response;
}

struct Case {
  int status;
  const char* code;
  ErrorKind kind;
  const char* says;
  friend void PrintTo(const Case& expected, std::ostream* out) { *out << expected.status << expected.code; }
};

class S3Error : public testing::TestWithParam<Case> {};

TEST_P(S3Error, HasAKindAndSaysWhatToDo) {
  const Case& expected = GetParam();
  const Error error = s3_error(question, with_keys(), answer(expected.status, expected.code));
  EXPECT_EQ(error.kind, expected.kind) << to_string(error);
  EXPECT_EQ(error.where, "s3://bucket/a/key");
  EXPECT_THAT(to_string(error), HasSubstr(expected.says));
  EXPECT_THAT(to_string(error), Not(HasSubstr("hidden")));
  EXPECT_THAT(error.next, Not(IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(
    All, S3Error,
    testing::Values(Case{404, "NoSuchKey", ErrorKind::missing, "bucket 'bucket' has no such object"},
                    Case{404, "", ErrorKind::missing, "no such object"},
                    Case{404, "NoSuchBucket", ErrorKind::failed, "no bucket 'bucket' at bucket.s3.example"},
                    Case{403, "AccessDenied", ErrorKind::access, "s3:GetObject"},
                    Case{403, "", ErrorKind::access, "answered 403"},
                    Case{401, "", ErrorKind::access, "profile 'work'"},
                    Case{407, "", ErrorKind::access, "the proxy wants a login"},
                    Case{403, "SignatureDoesNotMatch", ErrorKind::access, "check both of the pair"},
                    Case{403, "InvalidAccessKeyId", ErrorKind::access, "profile 'work'"},
                    Case{400, "ExpiredToken", ErrorKind::access, "get new ones"},
                    Case{400, "InvalidToken", ErrorKind::access, "session token"},
                    Case{403, "RequestTimeTooSkewed", ErrorKind::access, "clock"},
                    Case{403, "InvalidObjectState", ErrorKind::failed, "archived"},
                    Case{503, "SlowDown", ErrorKind::failed, "SlowDown: in words"},
                    Case{500, "", ErrorKind::failed, "try again later"},
                    Case{418, "Teapot", ErrorKind::failed, "Teapot: in words"}));

TEST(S3ErrorOfUnsigned, RequestsPointsToTheFlag) {
  const Error error = s3_error(question, AwsSettings{}, answer(403, "AccessDenied"));
  EXPECT_EQ(error.kind, ErrorKind::access);
  EXPECT_THAT(error.next, HasSubstr("--no-sign-request"));
}

TEST(S3ErrorOfTheWrongRegion, NamesTheRightOne) {
  HttpResponse moved = answer(301, "PermanentRedirect");
  moved.headers["x-amz-bucket-region"] = "ap-south-1";
  EXPECT_EQ(region_told(moved), "ap-south-1");
  const Error error = s3_error(question, with_keys(), moved);
  EXPECT_EQ(error.kind, ErrorKind::failed);
  EXPECT_THAT(error.next, HasSubstr("--region ap-south-1"));
  EXPECT_EQ(region_told(answer(400, "AuthorizationHeaderMalformed", "<Region>us-west-2</Region>")), "us-west-2");
  EXPECT_THAT(s3_error(question, with_keys(), answer(301, "PermanentRedirect", "<Endpoint>x.example</Endpoint>")).why,
              HasSubstr("x.example"));
}

TEST(Expired, AreKeysOnlyWhereTheServerSaysSo) {
  EXPECT_TRUE(is_expired(answer(400, "ExpiredToken")));
  EXPECT_TRUE(is_expired(answer(403, "TokenRefreshRequired")));
  EXPECT_FALSE(is_expired(answer(403, "AccessDenied")));
  EXPECT_FALSE(is_expired(answer(403, "RequestTimeTooSkewed"))) << "new keys would not help";
  EXPECT_FALSE(is_expired(answer(500, "ExpiredToken")));
  EXPECT_FALSE(is_expired(answer(403, "")));
}

TEST(S3ErrorOfNothingSent, IsThatOfTheKeys) {
  HttpResponse response;
  response.failure = TransportFailure::unsent;
  response.unsent = Error{ErrorKind::access, "no keys from", "STS", "it is closed", "wait"};
  const Error error = s3_error(question, with_keys(), response);
  EXPECT_EQ(error.kind, ErrorKind::access);
  EXPECT_EQ(to_string(error), "no keys from STS: it is closed\nwait");
}

TEST(RegionTold, IsNotBelievedWhenItIsNone) {
  HttpResponse response = answer(301, "PermanentRedirect");
  response.headers["x-amz-bucket-region"] = "evil.example/";
  EXPECT_EQ(region_told(response), "");
  response = answer(403, "AccessDenied");
  response.headers["x-amz-bucket-region"] = "eu-west-2";
  EXPECT_EQ(region_told(response), "") << "a courtesy, not a redirection";
}

}  // namespace
}  // namespace weir::source
