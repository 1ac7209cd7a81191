// The worked examples of Amazon's "Signature Calculations for the Authorization Header: Transferring Payload in a
// Single Chunk" (Amazon S3 API Reference).
#include "source/sigv4.h"

#include <gmock/gmock.h>

namespace weir::source {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Key;
using testing::Not;
using testing::Pair;

const Credentials example{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", ""};
const SigningScope scope{"us-east-1", "s3", 1369353600};  // 2013-05-24T00:00:00Z

SignableRequest request_of(std::string path, std::vector<NameValue> query, std::vector<NameValue> more_headers) {
  SignableRequest request{"GET", std::move(path), std::move(query), std::move(more_headers), empty_payload_sha256};
  request.headers.emplace_back("host", "examplebucket.s3.amazonaws.com");
  request.headers.emplace_back("x-amz-content-sha256", empty_payload_sha256);
  request.headers.emplace_back("x-amz-date", "20130524T000000Z");
  return request;
}

TEST(Sigv4, SignsTheExampleOfGetObject) {
  const SignableRequest request = request_of("/test.txt", {}, {{"range", "bytes=0-9"}});
  EXPECT_EQ(canonical_request(request),
            "GET\n/test.txt\n\nhost:examplebucket.s3.amazonaws.com\nrange:bytes=0-9\n"
            "x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
            "x-amz-date:20130524T000000Z\n\nhost;range;x-amz-content-sha256;x-amz-date\n"
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(string_to_sign(scope, canonical_request(request)),
            "AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n"
            "7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972");
  EXPECT_EQ(authorization(request, scope, example),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(Sigv4, SignsTheExampleOfGetBucketLifecycle) {
  EXPECT_THAT(authorization(request_of("/", {{"lifecycle", ""}}, {}), scope, example),
              HasSubstr("Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));
}

TEST(Sigv4, SignsTheExampleOfListObjects) {
  EXPECT_THAT(authorization(request_of("/", {{"prefix", "J"}, {"max-keys", "2"}}, {}), scope, example),
              HasSubstr("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
}

TEST(Sigv4, SignsTheExampleOfPutObject) {
  SignableRequest request{"PUT", "/test%24file.text", {}, {}, sha256_hex("Welcome to Amazon S3.")};
  request.headers = {{"date", "Fri, 24 May 2013 00:00:00 GMT"},
                     {"host", "examplebucket.s3.amazonaws.com"},
                     {"x-amz-content-sha256", request.payload_sha256},
                     {"x-amz-date", "20130524T000000Z"},
                     {"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
  EXPECT_THAT(authorization(request, scope, example),
              HasSubstr("Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
}

TEST(Sigv4, SortsTheQueryAfterEncoding) {
  EXPECT_EQ(encoded_query({{"prefix", "a b/="}, {"list-type", "2"}, {"b", ""}, {"a-", "1"}, {"a", "2"}, {"a", "1"}}),
            "a=1&a=2&a-=1&b=&list-type=2&prefix=a%20b%2F%3D");
  EXPECT_EQ(encoded_query({}), "");
}

TEST(Sigv4, ReducesBlanksInHeaders) {
  SignableRequest request{"GET", "/", {}, {{"x-b", "  a   b  "}, {"host", "h"}}, "p"};
  EXPECT_THAT(canonical_request(request), HasSubstr("host:h\nx-b:a b\n\nhost;x-b\n"));
}

TEST(Sigv4, SendsEverythingItSignedButHost) {
  const std::vector<NameValue> headers =
      sign({"GET", "/k", {}, {{"host", "h"}, {"range", "bytes=1-"}}, empty_payload_sha256}, scope, example);
  EXPECT_THAT(headers,
              ElementsAre(Pair("range", "bytes=1-"), Pair("x-amz-date", "20130524T000000Z"),
                          Pair("x-amz-content-sha256", empty_payload_sha256), Pair("authorization", testing::_)));
}

TEST(Sigv4, SignsASessionToken) {
  Credentials temporary = example;
  temporary.session_token = "token";
  const std::vector<NameValue> headers =
      sign({"GET", "/k", {}, {{"host", "h"}}, empty_payload_sha256}, scope, temporary);
  EXPECT_THAT(headers, Contains(Pair("x-amz-security-token", "token")));
  EXPECT_THAT(headers.back().second, HasSubstr("x-amz-date;x-amz-security-token,"));
  EXPECT_THAT(headers, Not(Contains(Key("host"))));
}

}  // namespace
}  // namespace weir::source
