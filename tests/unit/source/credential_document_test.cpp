#include "source/credential_document.h"

#include <gmock/gmock.h>

namespace weir::source_tests {
namespace {

using source::CredentialFormat;
using source::parse_credentials;
using source::parse_expiration;
using testing::HasSubstr;
using testing::Not;

TEST(CredentialDocument, OfAProcess) {
  const auto whole = parse_credentials(
      R"({"Version": 1, "AccessKeyId": "K", "SecretAccessKey": "S", "SessionToken": "T",
          "Expiration": "2021-05-03T10:00:00Z"})",
      CredentialFormat::process);
  ASSERT_TRUE(whole) << whole.error();
  EXPECT_EQ(whole->keys, (source::Credentials{"K", "S", "T"}));
  EXPECT_EQ(whole->expires_unix_s, 1'620'036'000);
  const auto lasting =
      parse_credentials(R"({"Version": 1, "AccessKeyId": "K", "SecretAccessKey": "S"})", CredentialFormat::process);
  ASSERT_TRUE(lasting) << lasting.error();
  EXPECT_EQ(lasting->expires_unix_s, 0);
}

TEST(CredentialDocument, OfAMetadataService) {
  const auto found = parse_credentials(
      R"({"Code": "Success", "AccessKeyId": "K", "SecretAccessKey": "S", "Token": "T", "RoleArn": "arn:r",
          "Expiration": "2021-05-03T10:00:00.25Z"})",
      CredentialFormat::metadata);
  ASSERT_TRUE(found) << found.error();
  EXPECT_EQ(found->keys.session_token, "T");
  EXPECT_EQ(found->role, "arn:r");
  EXPECT_EQ(found->expires_unix_s, 1'620'036'000);
}

TEST(CredentialDocument, SaysWhatIsWrongAndNoKeys) {
  const auto wrong = [](const char* text, CredentialFormat format) {
    const auto found = parse_credentials(text, format);
    EXPECT_FALSE(found) << text;
    EXPECT_THAT(found.error(), Not(HasSubstr("hidden")));
    return found ? "" : found.error();
  };
  const auto process = CredentialFormat::process;
  const auto metadata = CredentialFormat::metadata;
  EXPECT_EQ(wrong("hidden", process), "it is no JSON object");
  EXPECT_EQ(wrong(R"(["hidden"])", process), "it is no JSON object");
  EXPECT_EQ(wrong(R"({"AccessKeyId": "hidden", "SecretAccessKey": "hidden"})", process), "its Version is not 1");
  EXPECT_EQ(wrong(R"({"Version": "1", "AccessKeyId": "hidden"})", process), "its Version is not 1");
  EXPECT_EQ(wrong(R"({"Version": 1, "SecretAccessKey": "hidden"})", process), "it has no AccessKeyId");
  EXPECT_EQ(wrong(R"({"Version": 1, "AccessKeyId": "hidden", "SecretAccessKey": 5})", process),
            "it has no SecretAccessKey");
  EXPECT_EQ(wrong(R"({"AccessKeyId": "hidden", "SecretAccessKey": "hidden\n"})", metadata),
            "its keys hold characters that no key has");
  EXPECT_THAT(wrong(R"({"AccessKeyId": "hidden", "SecretAccessKey": "hidden", "Expiration": "hidden"})", metadata),
              HasSubstr("Expiration"));
  EXPECT_EQ(wrong(R"({"Code": "AssumeRoleUnauthorizedAccess", "Message": "no trust"})", metadata),
            "it says AssumeRoleUnauthorizedAccess: no trust");
  EXPECT_EQ(wrong(R"({"code": "NoRole", "message": ""})", metadata), "it says NoRole");
}

TEST(Expiration, HasAnOffsetOrZ) {
  EXPECT_EQ(parse_expiration("2021-05-03T10:00:00Z"), 1'620'036'000);
  EXPECT_EQ(parse_expiration("2021-05-03T12:00:00+02:00"), 1'620'036'000);
  EXPECT_EQ(parse_expiration("2021-05-03T06:30:00.123456-03:30"), 1'620'036'000);
  for (const char* text : {"", "Z", "soon", "2021-05-03", "2021-05-03Z", "2021-05-03T10:00:00", "2021-13-03T10:00:00Z",
                           "2021-05-03T10:00:00+0200", "2021-05-03T10:00:00 02:00", "1620036000"}) {
    EXPECT_EQ(parse_expiration(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace weir::source_tests
