#include "source/sts_xml.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace weir::source_tests {
namespace {

using source::parse_assumed_role;
using source::parse_caller_arn;
using source::parse_sts_error;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* whole = R"(<?xml version="1.0"?>
<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<AssumedRoleUser><AssumedRoleId>AROA:s</AssumedRoleId><Arn>arn:aws:sts::1:assumed-role/r/s</Arn></AssumedRoleUser>
<Credentials><AccessKeyId>K</AccessKeyId><SecretAccessKey>hidden&amp;</SecretAccessKey><SessionToken>T</SessionToken>
<Expiration>2021-05-03T10:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>)";

std::string changed(std::string_view from, std::string_view to) {
  std::string text = whole;
  return text.replace(text.find(from), from.size(), to);
}

TEST(StsXml, HasTheKeysOfARole) {
  const auto credentials = parse_assumed_role(whole, "AssumeRole");
  ASSERT_TRUE(credentials) << credentials.error();
  EXPECT_EQ(credentials->keys, (source::Credentials{"K", "hidden&", "T"}));
  EXPECT_EQ(credentials->role, "arn:aws:sts::1:assumed-role/r/s");
  EXPECT_EQ(credentials->expires_unix_s, 1'620'036'000);
}

TEST(StsXml, IsReadStrictly) {
  const auto wrong = [](const std::string& xml, const std::string& action = "AssumeRole") {
    const auto credentials = parse_assumed_role(xml, action);
    EXPECT_FALSE(credentials) << xml;
    return credentials ? "" : credentials.error();
  };
  EXPECT_THAT(wrong(""), HasSubstr("not one XML document"));
  EXPECT_THAT(wrong(std::string(whole).substr(0, 300)), HasSubstr("no whole XML"));
  EXPECT_THAT(wrong(std::string(whole) + "<more/>"), HasSubstr("not one XML document"));
  EXPECT_THAT(wrong(changed("?>", "?><!DOCTYPE a [<!ENTITY e \"x\">]>")), HasSubstr("not one XML document"));
  EXPECT_THAT(wrong(whole, "AssumeRoleWithWebIdentity"), HasSubstr("<AssumeRoleResponse>"));
  EXPECT_THAT(wrong("<AssumeRoleResponse/>"), HasSubstr("no <AssumeRoleResult>"));
  EXPECT_THAT(wrong(changed("<AccessKeyId>K</AccessKeyId>", "")), HasSubstr("no <AccessKeyId>"));
  EXPECT_THAT(wrong(changed("hidden&amp;", "")), HasSubstr("no <SecretAccessKey>"));
  EXPECT_THAT(wrong(changed(">T<", "><")), HasSubstr("no <SessionToken>"));
  EXPECT_THAT(wrong(changed(">T<", "> hidden <")), AllOf(HasSubstr("no key has"), Not(HasSubstr("hidden"))));
  EXPECT_THAT(wrong(changed("2021-05-03T10:00:00Z", "hidden")), Not(HasSubstr("hidden")));
}

TEST(StsXml, TellsWhoIsAsking) {
  EXPECT_EQ(parse_caller_arn("<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:me</Arn>"
                             "</GetCallerIdentityResult></GetCallerIdentityResponse>"),
            "arn:me");
  EXPECT_FALSE(parse_caller_arn("<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>"));
}

TEST(StsXml, TellsWhyNot) {
  const auto error = parse_sts_error(
      "<ErrorResponse xmlns=\"x\"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no &amp; no</Message>"
      "</Error><RequestId>1</RequestId></ErrorResponse>");
  EXPECT_EQ(error.code, "AccessDenied");
  EXPECT_EQ(error.message, "no & no");
  EXPECT_EQ(parse_sts_error("<Error><Code>x</Code></Error>").code, "");
  EXPECT_EQ(parse_sts_error("busy").code, "");
}

}  // namespace
}  // namespace weir::source_tests
