// Which of all the places keys are taken from.
#include "source/credential_chain.h"

#include <gmock/gmock.h>

#include "environment_of.h"
#include "temp_directory.h"

namespace weir::source_tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class CredentialChain : public testing::Test {
 protected:
  void SetUp() override {
    variables_["HOME"] = home_.path();
    variables_["AWS_EC2_METADATA_DISABLED"] = "true";
  }
  void files(const std::string& config, const std::string& credentials = "") {
    home_.write(".aws/config", config);
    home_.write(".aws/credentials", credentials);
  }
  void set_keys(const std::string& id) {
    variables_["AWS_ACCESS_KEY_ID"] = id;
    variables_["AWS_SECRET_ACCESS_KEY"] = "hidden";
  }
  Result<std::shared_ptr<source::CredentialProvider>> find() {
    WEIR_TRY_ASSIGN(source::AwsSettings settings, source::resolve_aws_settings(options_, environment_of(variables_)));
    return settings.credentials;
  }
  // Where they are from, or the error; the network is never asked.
  std::string origin(const std::string& profile = "") {
    options_.profile = profile;
    const auto provider = find();
    return provider ? (*provider)->origin() : "error: " + to_string(provider.error());
  }
  std::string key_id(const std::string& profile = "") {
    options_.profile = profile;
    const auto provider = find();
    if (!provider) return to_string(provider.error());
    const auto credentials = (*provider)->get();
    return credentials ? credentials->keys.access_key_id : to_string(credentials.error());
  }
  Error error(const std::string& profile = "") {
    options_.profile = profile;
    const auto provider = find();
    EXPECT_FALSE(provider);
    if (provider) return {};
    EXPECT_THAT(to_string(provider.error()), Not(HasSubstr("hidden")));
    EXPECT_THAT(provider.error().next, Not(testing::IsEmpty()));
    return provider.error();
  }

  TempDirectory home_;
  AccessOptions options_;
  std::map<std::string, std::string> variables_;
};

TEST_F(CredentialChain, HasTheOrderOfTheAwsTools) {
  variables_["AWS_EC2_METADATA_DISABLED"] = "";
  EXPECT_EQ(origin(), "the EC2 instance's role (http://169.254.169.254)");
  variables_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://localhost/";
  EXPECT_EQ(origin(), "the container's role (AWS_CONTAINER_CREDENTIALS_FULL_URI)");
  variables_["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/x";
  EXPECT_EQ(origin(), "the container's role (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)");
  variables_["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/token";
  variables_["AWS_ROLE_ARN"] = "arn:pod";
  EXPECT_THAT(origin(), AllOf(StartsWith("role arn:pod of the environment"), HasSubstr("/token")));
  files("[default]\naws_access_key_id = C\naws_secret_access_key = S\n");
  EXPECT_EQ(origin(), "profile 'default' in " + home_ / ".aws/config");
  files("[default]\naws_access_key_id = C\naws_secret_access_key = S\ncredential_process = p\n");
  EXPECT_EQ(origin(), "the credential_process of profile 'default'");
  files("[default]\ncredential_process = p\n", "[default]\naws_access_key_id = C\naws_secret_access_key = S\n");
  EXPECT_EQ(origin(), "profile 'default' in " + home_ / ".aws/credentials");
  files("[default]\nrole_arn = arn:r\nsource_profile = default\n",
        "[default]\naws_access_key_id = C\naws_secret_access_key = S\n");
  EXPECT_EQ(origin(), "role arn:r of profile 'default', taken with the keys from profile 'default' in " +
                          home_ / ".aws/credentials");
  set_keys("ENV");
  EXPECT_EQ(origin(), "the environment (AWS_ACCESS_KEY_ID)");
}

TEST_F(CredentialChain, OfANamedProfileLeavesTheEnvironmentOut) {
  files("[profile bare]\nregion = r\n[profile keyed]\naws_access_key_id = P\naws_secret_access_key = S\n");
  set_keys("ENV");
  variables_["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/token";
  variables_["AWS_ROLE_ARN"] = "arn:pod";
  EXPECT_EQ(key_id("keyed"), "P");
  EXPECT_THAT(origin("bare"), AllOf(HasSubstr("profile 'bare'"), HasSubstr("has none"), HasSubstr("turned off")));
  variables_["AWS_EC2_METADATA_DISABLED"] = "";
  EXPECT_THAT(origin("bare"), StartsWith("the EC2 instance's role"));
  variables_["AWS_PROFILE"] = "keyed";
  EXPECT_EQ(key_id(), "ENV") << "a profile of the environment does not unseat its keys";
}

TEST_F(CredentialChain, SaysWhereItLooked) {
  const Error none = error();
  EXPECT_EQ(none.kind, ErrorKind::access);
  EXPECT_THAT(none.why, AllOf(HasSubstr("neither the environment nor profile 'default'"), HasSubstr("turned off")));
  EXPECT_THAT(none.next, AllOf(HasSubstr("AWS_ACCESS_KEY_ID"), HasSubstr("--no-sign-request")));
}

TEST_F(CredentialChain, TakesRolesByRoles) {
  files(
      "[profile top]\nrole_arn = arn:top\nsource_profile = middle\n"
      "[profile middle]\nrole_arn = arn:middle\nsource_profile = base\n"
      "[profile base]\ncredential_process = p\n");
  EXPECT_EQ(origin("top"),
            "role arn:top of profile 'top', taken with the keys from role arn:middle of profile 'middle', taken with "
            "the keys from the credential_process of profile 'base'");
}

TEST_F(CredentialChain, TakesTheKeysOfASourceBeforeItsRole) {
  files(
      "[profile top]\nrole_arn = arn:top\nsource_profile = middle\n[profile middle]\nrole_arn = arn:middle\n"
      "source_profile = top\n",
      "[middle]\naws_access_key_id = M\naws_secret_access_key = S\n");
  EXPECT_THAT(origin("top"), HasSubstr("the keys from profile 'middle' in"));
}

TEST_F(CredentialChain, TakesARoleWithAWebIdentity) {
  files("[profile p]\nrole_arn = arn:p\nweb_identity_token_file = /t\nrole_session_name = s\n");
  EXPECT_EQ(origin("p"), "role arn:p of profile 'p', taken with the web identity token in /t");
}

TEST_F(CredentialChain, TakesARoleWithACredentialSource) {
  files(
      "[profile e]\nrole_arn = arn:e\ncredential_source = Environment\n"
      "[profile c]\nrole_arn = arn:c\ncredential_source = EcsContainer\n"
      "[profile i]\nrole_arn = arn:i\ncredential_source = Ec2InstanceMetadata\n"
      "[profile x]\nrole_arn = arn:x\ncredential_source = Elsewhere\n");
  EXPECT_EQ(error("e").kind, ErrorKind::access);
  EXPECT_EQ(error("c").kind, ErrorKind::access);
  EXPECT_THAT(error("i").why, HasSubstr("turned off"));
  EXPECT_EQ(error("x").kind, ErrorKind::usage);
  set_keys("ENV");
  variables_["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/x";
  variables_["AWS_EC2_METADATA_DISABLED"] = "";
  EXPECT_THAT(origin("e"), HasSubstr("taken with the keys from the environment"));
  EXPECT_THAT(origin("c"), HasSubstr("taken with the keys from the container's role"));
  EXPECT_THAT(origin("i"), HasSubstr("taken with the keys from the EC2 instance's role"));
}

TEST_F(CredentialChain, RefusesProfilesThatContradictThemselves) {
  files(
      "[profile both]\nrole_arn = a\nsource_profile = keyed\ncredential_source = Environment\n"
      "[profile neither]\nrole_arn = a\n"
      "[profile circle]\nrole_arn = a\nsource_profile = back\n[profile back]\nrole_arn = b\nsource_profile = circle\n"
      "[profile self]\nrole_arn = a\nsource_profile = self\n"
      "[profile lost]\nrole_arn = a\nsource_profile = nobody\n"
      "[profile brief]\nrole_arn = a\nsource_profile = keyed\nduration_seconds = 60\n"
      "[profile keyed]\naws_access_key_id = K\naws_secret_access_key = hidden\n");
  for (const auto& [profile, why] :
       {std::pair{"both", "both of source_profile"}, std::pair{"neither", "neither of source_profile"},
        std::pair{"circle", "leads back"}, std::pair{"self", "leads back"}, std::pair{"lost", "has it"},
        std::pair{"brief", "duration_seconds is '60'"}}) {
    const Error refused = error(profile);
    EXPECT_EQ(refused.kind, ErrorKind::usage) << profile;
    EXPECT_THAT(refused.why, HasSubstr(why));
  }
}

TEST_F(CredentialChain, NeedsKeysInASource) {
  files(
      "[profile p]\nrole_arn = a\nsource_profile = empty\n[profile empty]\nregion = r\n"
      "[profile h]\nrole_arn = a\nsource_profile = half\n[profile half]\naws_secret_access_key = hidden\n");
  EXPECT_THAT(to_string(error("p")), AllOf(HasSubstr("profile 'empty'"), HasSubstr("source_profile of 'p'")));
  EXPECT_EQ(error("p").kind, ErrorKind::access);
  EXPECT_THAT(error("h").why, HasSubstr("no access key id"));
}

TEST_F(CredentialChain, SaysWhatToRunWhereAPersonIsNeeded) {
  files(
      "[profile sso]\nsso_session = corp\nsso_account_id = 1\n[sso-session corp]\nsso_start_url = https://x\n"
      "[profile old]\nsso_start_url = https://x\n[profile login]\nlogin_session = arn:me\n"
      "[profile by]\nrole_arn = a\nsource_profile = sso\n"
      "[profile mfa]\nrole_arn = a\nsource_profile = sso\nmfa_serial = arn:phone\n");
  for (const auto& [profile, named, command] :
       {std::tuple{"sso", "sso", "aws sso login --profile 'sso' && eval"},
        std::tuple{"old", "old", "aws sso login --profile 'old'"},
        std::tuple{"by", "sso", "aws sso login --profile 'sso'"},
        std::tuple{"login", "login", "aws login --profile 'login'"}, std::tuple{"mfa", "mfa", "run: eval"}}) {
    const Error needs = error(profile);
    EXPECT_EQ(needs.kind, ErrorKind::access) << profile;
    EXPECT_EQ(needs.where, "profile '" + std::string(named) + "'");
    EXPECT_THAT(needs.next, AllOf(HasSubstr(command), HasSubstr("aws configure export-credentials --profile"),
                                  HasSubstr("name no --profile")));
  }
  variables_["AWS_PROFILE"] = "sso";
  EXPECT_THAT(error().next, Not(HasSubstr("name no --profile")));
  set_keys("ENV");
  EXPECT_EQ(key_id(), "ENV") << "which is what it says to do";
}

TEST_F(CredentialChain, WantsARoleForAWebIdentity) {
  variables_["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/token";
  EXPECT_EQ(error().kind, ErrorKind::access);
  EXPECT_THAT(error().why, HasSubstr("AWS_ROLE_ARN is not"));
}

TEST_F(CredentialChain, RefusesHalfAPair) {
  variables_["AWS_SECRET_ACCESS_KEY"] = "hidden";
  EXPECT_EQ(error().kind, ErrorKind::access);
  EXPECT_THAT(error().where, HasSubstr("the environment"));
}

}  // namespace
}  // namespace weir::source_tests
