#include "source/aws_profiles.h"

#include <gmock/gmock.h>

#include "environment_of.h"
#include "temp_directory.h"

namespace weir::source_tests {
namespace {

using source::AwsProfiles;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using File = AwsProfiles::File;

class AwsProfilesTest : public testing::Test {
 protected:
  void SetUp() override { variables_["HOME"] = home_.path(); }
  AwsProfiles read(const std::string& chosen = "") {
    auto profiles = AwsProfiles::read(chosen, environment_of(variables_));
    EXPECT_TRUE(profiles) << to_string(profiles.error());
    return *std::move(profiles);
  }
  TempDirectory home_;
  std::map<std::string, std::string> variables_;
};

TEST_F(AwsProfilesTest, AreOfBothFilesAndCredentialsWins) {
  home_.write(".aws/config", "[profile a]\nregion = r\noutput = config\n[b]\nregion = no prefix\n");
  home_.write(".aws/credentials",
              "[a]\noutput = credentials\naws_access_key_id = K\naws_secret_access_key = S\n[profile c]\nk = v\n");
  const AwsProfiles profiles = read("a");
  EXPECT_EQ(profiles.value("a", "region"), "r");
  EXPECT_EQ(profiles.value("a", "output"), "credentials");
  EXPECT_EQ(profiles.value("a", "absent"), "");
  EXPECT_FALSE(profiles.contains("b")) << "config says [profile b]";
  EXPECT_FALSE(profiles.contains("c")) << "credentials says [c]";
  EXPECT_EQ(profiles.keys("a", File::credentials).value()->access_key_id, "K");
  EXPECT_FALSE(profiles.keys("a", File::config).value());
  EXPECT_EQ(profiles.place("a", File::config), "profile 'a' in " + home_ / ".aws/config");
}

TEST_F(AwsProfilesTest, HaveADefaultWithAPrefixOrWithout) {
  EXPECT_FALSE(read().contains("default"));
  home_.write(".aws/config", "[default]\nregion = plain\noutput = plain\n");
  EXPECT_EQ(read().value("default", "region"), "plain");
  home_.write(".aws/config", "[profile default]\nregion = named\n[default]\nregion = plain\noutput = plain\n");
  EXPECT_EQ(read().value("default", "region"), "named");
  EXPECT_EQ(read().value("default", "output"), "") << "the one without prefix does not count then";
}

TEST_F(AwsProfilesTest, AreChosenByFlagThenEnvironment) {
  home_.write(".aws/config", "[profile a]\n[profile b]\n[profile c]\n");
  EXPECT_EQ(read().chosen(), "default");
  variables_["AWS_DEFAULT_PROFILE"] = "a";
  EXPECT_EQ(read().chosen(), "a");
  variables_["AWS_PROFILE"] = "b";
  EXPECT_EQ(read().chosen(), "b");
  EXPECT_EQ(read("c").chosen(), "c");
}

TEST_F(AwsProfilesTest, HaveServicesBySection) {
  home_.write(".aws/config", "[profile a]\nservices = mine\n[services mine]\ns3 =\n  endpoint_url = http://s3\n");
  EXPECT_EQ(read("a").service_value("a", "s3.endpoint_url"), "http://s3");
  EXPECT_EQ(read("a").service_value("a", "sts.endpoint_url"), "");
  EXPECT_EQ(read("a").service_value("other", "s3.endpoint_url"), "");
}

TEST_F(AwsProfilesTest, LieWhereTheEnvironmentSays) {
  variables_["AWS_CONFIG_FILE"] = "~/moved";
  home_.write("moved", "[default]\nregion = moved\n");
  variables_["AWS_SHARED_CREDENTIALS_FILE"] = home_.write("keys", "[default]\noutput = keys\n");
  EXPECT_EQ(read().value("default", "region"), "moved");
  EXPECT_EQ(read().value("default", "output"), "keys");
}

TEST_F(AwsProfilesTest, ThatAreNotThereAreAnError) {
  const auto profiles = AwsProfiles::read("nobody", environment_of(variables_));
  ASSERT_FALSE(profiles);
  EXPECT_EQ(profiles.error().kind, ErrorKind::usage);
  EXPECT_THAT(to_string(profiles.error()), AllOf(HasSubstr("'nobody'"), HasSubstr(home_ / ".aws/credentials")));
}

TEST_F(AwsProfilesTest, ThatMakeNoSenseAreAnErrorWithTheLine) {
  home_.write(".aws/credentials", "[a]\nkey hidden-secret\n");
  const auto profiles = AwsProfiles::read("a", environment_of(variables_));
  ASSERT_FALSE(profiles);
  EXPECT_EQ(profiles.error().where, home_ / ".aws/credentials:2");
  EXPECT_THAT(to_string(profiles.error()), Not(HasSubstr("hidden-secret")));
}

TEST(PairOf, IsWholeOrNothing) {
  EXPECT_FALSE(source::pair_of("", "", "token", "here").value());
  EXPECT_EQ(source::pair_of("K", "S", "T", "here").value()->session_token, "T");
  for (const auto& [id, secret] : {std::pair{"K", ""}, std::pair{"", "hidden-secret"}}) {
    const auto half = source::pair_of(id, secret, "", "here");
    ASSERT_FALSE(half);
    EXPECT_EQ(half.error().kind, ErrorKind::access);
    EXPECT_EQ(half.error().where, "here");
    EXPECT_THAT(to_string(half.error()), Not(HasSubstr("hidden-secret")));
  }
}

TEST(PairOf, HoldsNothingThatNoKeyHas) {
  for (const auto& [id, secret, token] : {std::tuple{"K\n", "hidden", ""}, std::tuple{"K", "hidden hidden", ""},
                                          std::tuple{"K", "hidden", "hidden\r\nx-more: hidden"}}) {
    const auto pair = source::pair_of(id, secret, token, "here");
    ASSERT_FALSE(pair);
    EXPECT_EQ(pair.error().kind, ErrorKind::access);
    EXPECT_THAT(to_string(pair.error()), AllOf(HasSubstr("line end"), Not(HasSubstr("hidden"))));
  }
}

}  // namespace
}  // namespace weir::source_tests
