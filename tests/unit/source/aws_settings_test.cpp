#include "source/aws_settings.h"

#include <gmock/gmock.h>

#include <map>

#include "environment_of.h"
#include "temp_directory.h"

namespace weir::source_tests {
namespace {

using source::AddressingStyle;
using source::AwsSettings;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class AwsSettingsTest : public testing::Test {
 protected:
  void SetUp() override {
    variables_["HOME"] = home_.path();
    variables_["AWS_EC2_METADATA_DISABLED"] = "true";
    home_.write(".aws/config",
                "[default]\nregion = from-default\n[profile work]\nregion = from-work\nendpoint_url = http://work\n"
                "s3 =\n  addressing_style = virtual\n[profile sso]\nsso_session = corp\n"
                "[profile styled]\naws_access_key_id = A\naws_secret_access_key = S\ns3 =\n  addressing_style = odd\n"
                "[profile served]\nservices = local\naws_access_key_id = A\naws_secret_access_key = S\n"
                "[services local]\ns3 =\n  endpoint_url = http://served\n");
    home_.write(
        ".aws/credentials",
        "[default]\naws_access_key_id = DEFAULT\naws_secret_access_key = default-secret\n"
        "[work]\naws_access_key_id = WORK\naws_secret_access_key = work-secret\naws_session_token = work-token\n"
        "[half]\naws_access_key_id = HALF\n");
  }
  Result<AwsSettings> resolve() const { return source::resolve_aws_settings(options_, environment_of(variables_)); }
  AwsSettings resolved() const {
    auto settings = resolve();
    EXPECT_TRUE(settings) << to_string(settings.error());
    return settings.value_or(AwsSettings{});
  }

  TempDirectory home_;
  AccessOptions options_;
  std::map<std::string, std::string> variables_;
};

TEST_F(AwsSettingsTest, ComeFromTheDefaultProfile) {
  const AwsSettings settings = resolved();
  EXPECT_EQ(settings.credentials->get()->keys.access_key_id, "DEFAULT");
  EXPECT_EQ(settings.region, "from-default");
  EXPECT_EQ(settings.endpoint_url, "");
  EXPECT_EQ(settings.addressing, AddressingStyle::automatic);
  EXPECT_THAT(settings.credentials->origin(), AllOf(HasSubstr("profile 'default'"), HasSubstr("credentials")));
}

TEST_F(AwsSettingsTest, TakeTheEnvironmentOverTheFiles) {
  variables_["AWS_ACCESS_KEY_ID"] = "ENV";
  variables_["AWS_SECRET_ACCESS_KEY"] = "env-secret";
  variables_["AWS_SESSION_TOKEN"] = "env-token";
  variables_["AWS_DEFAULT_REGION"] = "env-default";
  EXPECT_EQ(resolved().credentials->get()->keys.access_key_id, "ENV");
  EXPECT_EQ(resolved().credentials->get()->keys.session_token, "env-token");
  EXPECT_EQ(resolved().region, "env-default");
  variables_["AWS_REGION"] = "env-region";
  EXPECT_EQ(resolved().region, "env-region");
  variables_["AWS_PROFILE"] = "work";
  EXPECT_EQ(resolved().credentials->get()->keys.access_key_id, "ENV")
      << "a profile of the environment does not unseat its keys";
  EXPECT_EQ(resolved().endpoint_url, "http://work");
}

TEST_F(AwsSettingsTest, TakeFlagsOverAll) {
  variables_["AWS_ACCESS_KEY_ID"] = "ENV";
  variables_["AWS_SECRET_ACCESS_KEY"] = "env-secret";
  variables_["AWS_REGION"] = "env-region";
  variables_["AWS_ENDPOINT_URL"] = "http://env";
  options_.profile = "work";
  AwsSettings settings = resolved();
  EXPECT_EQ(settings.credentials->get()->keys.access_key_id, "WORK") << "a profile named by flag means its keys";
  EXPECT_EQ(settings.credentials->get()->keys.session_token, "work-token");
  EXPECT_EQ(settings.region, "env-region");
  EXPECT_EQ(settings.endpoint_url, "http://env");
  EXPECT_EQ(settings.addressing, AddressingStyle::virtual_host);
  options_.region = "flag-region";
  options_.endpoint_url = "http://flag";
  settings = resolved();
  EXPECT_EQ(settings.region, "flag-region");
  EXPECT_EQ(settings.endpoint_url, "http://flag");
}

TEST_F(AwsSettingsTest, KnowEveryWayToNameAnEndpoint) {
  options_.profile = "served";
  EXPECT_EQ(resolved().endpoint_url, "http://served");
  variables_["AWS_ENDPOINT_URL"] = "http://env";
  EXPECT_EQ(resolved().endpoint_url, "http://env");
  variables_["AWS_ENDPOINT_URL_S3"] = "http://env-s3";
  EXPECT_EQ(resolved().endpoint_url, "http://env-s3");
  EXPECT_EQ(resolved().sts_endpoint_url, "http://env");
  variables_["AWS_ENDPOINT_URL_STS"] = "http://env-sts";
  EXPECT_EQ(resolved().sts_endpoint_url, "http://env-sts");
  options_.endpoint_url = "http://flag";
  EXPECT_EQ(resolved().sts_endpoint_url, "http://env-sts") << "the flag means S3";
  options_.endpoint_url = "";
  variables_["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
  EXPECT_EQ(resolved().endpoint_url, "");
  EXPECT_EQ(resolved().sts_endpoint_url, "");
}

TEST_F(AwsSettingsTest, FindFilesWhereTheEnvironmentSays) {
  variables_["AWS_CONFIG_FILE"] = home_.write("c", "[default]\nregion = moved\n");
  variables_["AWS_SHARED_CREDENTIALS_FILE"] =
      home_.write("k", "[default]\naws_access_key_id=M\naws_secret_access_key=S\n");
  EXPECT_EQ(resolved().region, "moved");
  EXPECT_EQ(resolved().credentials->get()->keys.access_key_id, "M");
}

TEST_F(AwsSettingsTest, HaveARegionWithoutAnyFile) {
  variables_["HOME"] = home_ / "nobody";
  options_.no_sign_request = true;
  EXPECT_EQ(resolved().region, "us-east-1");
  EXPECT_FALSE(resolved().credentials);
}

TEST_F(AwsSettingsTest, NeedNoKeysForUnsignedRequests) {
  options_.no_sign_request = true;
  EXPECT_FALSE(resolved().credentials) << "also where there are keys";
}

TEST_F(AwsSettingsTest, RefuseMissingAndHalfKeysAsAccess) {
  variables_["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null";
  const auto none = resolve();
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::access);
  EXPECT_THAT(none.error().next,
              AllOf(HasSubstr("AWS_ACCESS_KEY_ID"), HasSubstr("--profile"), HasSubstr("--no-sign-request")));
  variables_["AWS_SECRET_ACCESS_KEY"] = "lonely-secret";
  const auto half = resolve();
  ASSERT_FALSE(half);
  EXPECT_EQ(half.error().kind, ErrorKind::access);
  EXPECT_THAT(to_string(half.error()), AllOf(HasSubstr("no access key id"), Not(HasSubstr("lonely-secret"))));
}

TEST_F(AwsSettingsTest, SayWhatAProfileLacks) {
  options_.profile = "half";
  EXPECT_THAT(resolve().error().why, HasSubstr("no secret access key"));
  options_.profile = "sso";
  EXPECT_EQ(resolve().error().kind, ErrorKind::access);
  EXPECT_THAT(to_string(resolve().error()), AllOf(HasSubstr("sso_session"), HasSubstr("aws sso login")));
  options_.profile = "nobody";
  EXPECT_EQ(resolve().error().kind, ErrorKind::usage);
  EXPECT_THAT(to_string(resolve().error()), HasSubstr("'nobody'"));
  options_.profile = "styled";
  EXPECT_EQ(resolve().error().kind, ErrorKind::usage);
  EXPECT_THAT(to_string(resolve().error()), HasSubstr("'odd'"));
}

TEST_F(AwsSettingsTest, RefuseAnStsEndpointThatIsNone) {
  for (const char* url : {"localhost:9000", "http://me:hidden@sts"}) {
    variables_["AWS_ENDPOINT_URL_STS"] = url;
    EXPECT_EQ(resolve().error().kind, ErrorKind::usage);
    EXPECT_THAT(to_string(resolve().error()), AllOf(HasSubstr("AWS_ENDPOINT_URL_STS"), Not(HasSubstr("hidden"))));
  }
}

TEST_F(AwsSettingsTest, ThatCannotBeReadAreAnError) {
  variables_["AWS_CONFIG_FILE"] = home_.path();  // a directory
  const auto settings = resolve();
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().where, home_.path());
}

}  // namespace
}  // namespace weir::source_tests
