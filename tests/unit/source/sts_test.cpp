#include "source/sts.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "loopback_server.h"
#include "source/url.h"
#include "temp_directory.h"

namespace weir::source_tests {
namespace {

using source::AwsCredentials;
using source::CredentialProvider;
using source::RoleToTake;
using source::StsClient;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::map<std::string, std::string> form_of(const Served& request) {
  std::map<std::string, std::string> form;
  std::string_view text = request.body;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    const std::size_t equals = pair.find('=');
    form[std::string(pair.substr(0, equals))] = source::percent_decode(pair.substr(equals + 1), true).value();
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
  }
  return form;
}

Answer keys_for(const std::string& action) {
  return {.body = fmt::format("<{0}Response><{0}Result><AssumedRoleUser><Arn>arn:taken</Arn></AssumedRoleUser>"
                              "<Credentials><AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>hidden</SecretAccessKey>"
                              "<SessionToken>T</SessionToken><Expiration>2121-05-03T10:00:00Z</Expiration>"
                              "</Credentials></{0}Result></{0}Response>",
                              action)};
}

Answer refusal(int status, const std::string& code) {
  return {.status = status,
          .body = fmt::format(
              "<ErrorResponse><Error><Code>{}</Code><Message>so it is</Message></Error></ErrorResponse>", code)};
}

StsClient client_of(const LoopbackServer& server) {
  source::AwsSettings settings;
  settings.region = "eu-west-1";
  settings.sts_endpoint_url = "http://" + server.host();
  return {settings, std::make_shared<source::HttpClient>("")};
}

std::shared_ptr<CredentialProvider> base() {
  return source::fixed_credentials({"BASE", "hidden-base", "base-token"}, "the base");
}

RoleToTake role() {
  return {"arn:aws:iam::1:role/r", "me@x", "ext 1", 900};
}

TEST(Sts, GivesTheKeysOfARole) {
  const LoopbackServer server([](const Served&) { return keys_for("AssumeRole"); });
  const auto credentials = client_of(server).assume_role(role(), *base());
  ASSERT_TRUE(credentials) << to_string(credentials.error());
  EXPECT_EQ(credentials->keys.access_key_id, "ROLE");
  EXPECT_EQ(credentials->role, "arn:taken");
  const Served request = server.requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/");
  EXPECT_EQ(request.header("content-type"), "application/x-www-form-urlencoded; charset=utf-8");
  EXPECT_EQ(form_of(request), (std::map<std::string, std::string>{{"Action", "AssumeRole"},
                                                                  {"Version", "2011-06-15"},
                                                                  {"RoleArn", "arn:aws:iam::1:role/r"},
                                                                  {"RoleSessionName", "me@x"},
                                                                  {"ExternalId", "ext 1"},
                                                                  {"DurationSeconds", "900"}}));
  EXPECT_THAT(request.header("authorization"),
              AllOf(HasSubstr("Credential=BASE/"), HasSubstr("/eu-west-1/sts/aws4_request"),
                    HasSubstr("SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token")));
  EXPECT_EQ(request.header("x-amz-security-token"), "base-token");
  EXPECT_EQ(request.header("x-amz-content-sha256"), source::sha256_hex(request.body));
}

TEST(Sts, TakesAWebIdentityWithoutASignature) {
  const TempDirectory directory;
  const LoopbackServer server([](const Served&) { return keys_for("AssumeRoleWithWebIdentity"); });
  const auto source =
      source::web_identity_role(role(), directory.write("token", "eyJ.first\n"), client_of(server), "profile 'p'");
  ASSERT_TRUE(source->fetch());
  directory.write("token", "eyJ.second");
  ASSERT_TRUE(source->fetch());
  const Served request = server.requests().at(0);
  EXPECT_EQ(request.header("authorization"), "");
  EXPECT_EQ(request.target, "/");
  EXPECT_EQ(form_of(request).at("Action"), "AssumeRoleWithWebIdentity");
  EXPECT_EQ(form_of(request).at("WebIdentityToken"), "eyJ.first");
  EXPECT_EQ(form_of(server.requests().at(1)).at("WebIdentityToken"), "eyJ.second");
  EXPECT_THAT(source->origin(),
              AllOf(HasSubstr("arn:aws:iam::1:role/r"), HasSubstr("profile 'p'"), HasSubstr("token")));
}

TEST(Sts, TellsWhoSomebodyIs) {
  const LoopbackServer server([](const Served& request) {
    EXPECT_EQ(form_of(request).at("Action"), "GetCallerIdentity");
    return Answer{.body =
                      "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:me</Arn>"
                      "</GetCallerIdentityResult></GetCallerIdentityResponse>"};
  });
  EXPECT_EQ(client_of(server).caller_arn(*base()).value(), "arn:me");
}

TEST(Sts, IsAskedAgainWhenItMeansLater) {
  for (const Answer& later : {refusal(500, "InternalFailure"), refusal(400, "IDPCommunicationError"),
                              refusal(400, "Throttling"), Answer{.status = 429}}) {
    std::atomic<int> calls{0};
    const LoopbackServer server([&](const Served&) { return ++calls == 1 ? later : keys_for("AssumeRole"); });
    EXPECT_TRUE(client_of(server).assume_role(role(), *base()));
    EXPECT_EQ(calls, 2);
  }
}

TEST(Sts, ThatRefusesSaysWhyAndWhatToDo) {
  const LoopbackServer server([](const Served&) { return refusal(403, "AccessDenied"); });
  const auto refused = client_of(server).assume_role(role(), *base());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::access);
  EXPECT_EQ(refused.error().where, "arn:aws:iam::1:role/r");
  EXPECT_THAT(to_string(refused.error()), AllOf(HasSubstr("AccessDenied: so it is"), HasSubstr("sts:AssumeRole"),
                                                HasSubstr("the base"), Not(HasSubstr("hidden"))));
  EXPECT_EQ(server.requests().size(), 1U);
  const auto no_identity = client_of(server).assume_role_with_web_identity(role(), "hidden");
  EXPECT_THAT(to_string(no_identity.error()), AllOf(HasSubstr("trust policy"), Not(HasSubstr("hidden"))));
}

TEST(Sts, ThatMakesNoSenseIsAnError) {
  const LoopbackServer server([](const Served&) { return Answer{.body = "<html>hidden</html>"}; });
  const auto refused = client_of(server).assume_role(role(), *base());
  EXPECT_EQ(refused.error().kind, ErrorKind::access);
  EXPECT_THAT(to_string(refused.error()), AllOf(HasSubstr("<html>"), Not(HasSubstr("hidden"))));
}

TEST(Sts, ThatCannotBeReachedMeansNoKeys) {
  source::AwsSettings settings;
  settings.region = "eu-west-1";
  settings.sts_endpoint_url = "http://" + silent_host();
  const StsClient client(settings, std::make_shared<source::HttpClient>(""));
  const auto refused = client.assume_role(role(), *base());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::access);
}

TEST(Sts, IsThatOfTheRegion) {
  const auto host = [](const char* region) {
    source::AwsSettings settings;
    settings.region = region;
    return StsClient(settings, nullptr).host();
  };
  EXPECT_EQ(host("eu-west-1"), "sts.eu-west-1.amazonaws.com");
  EXPECT_EQ(host("cn-north-1"), "sts.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(host("us-gov-west-1"), "sts.us-gov-west-1.amazonaws.com");
  EXPECT_EQ(host("us-isob-east-1"), "sts.us-isob-east-1.sc2s.sgov.gov");
  EXPECT_EQ(host("eusc-de-east-1"), "sts.eusc-de-east-1.amazonaws.eu");
}

// Keys "1", "2", …: those of a role that takes another one.
class Renewing final : public source::CredentialSource {
 public:
  Result<AwsCredentials> fetch() override { return AwsCredentials{{std::to_string(++count_), "s", "t"}, 0, ""}; }
  [[nodiscard]] std::string origin() const override { return "renewing"; }

 private:
  int count_ = 0;
};

TEST(Sts, GetsNewKeysWhereTheBaseHasRunOut) {
  const LoopbackServer server([](const Served& request) {
    const bool is_old = request.header("authorization").find("Credential=1/") != std::string::npos;
    return is_old ? refusal(403, "ExpiredToken") : keys_for("AssumeRole");
  });
  CredentialProvider renewing(std::make_unique<Renewing>());
  EXPECT_TRUE(client_of(server).assume_role(role(), renewing));
  EXPECT_EQ(server.requests().size(), 2U);
  const LoopbackServer expired([](const Served&) { return refusal(403, "ExpiredToken"); });
  const auto refused = client_of(expired).assume_role(role(), *base());
  EXPECT_THAT(to_string(refused.error()), HasSubstr("ExpiredToken"));
}

}  // namespace
}  // namespace weir::source_tests
