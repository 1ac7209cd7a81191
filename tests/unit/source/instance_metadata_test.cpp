#include "source/instance_metadata.h"

#include <gmock/gmock.h>

#include <chrono>

#include "environment_of.h"
#include "loopback_server.h"
#include "temp_directory.h"

namespace weir::source_tests {
namespace {

using source::AwsProfiles;
using source::InstanceMetadataSettings;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* roles = "/latest/meta-data/iam/security-credentials/";

// A service of version 2: nothing without a token, and the token by PUT with a lifetime only.
class Service {
 public:
  Answer answer(const Served& request) {
    if (request.target == "/latest/api/token") {
      const bool is_asked_rightly =
          request.method == "PUT" && request.header("x-aws-ec2-metadata-token-ttl-seconds") == "21600";
      return is_asked_rightly && has_tokens ? Answer{.body = "hidden-token"} : Answer{.status = 403};
    }
    if (request.method != "GET" || request.header("x-aws-ec2-metadata-token") != "hidden-token") {
      return Answer{.status = 401};
    }
    if (request.target == roles) return has_role ? Answer{.body = "my role\n"} : Answer{.status = 404};
    return request.target == std::string(roles) + "my%20role" ? Answer{.body = document} : Answer{.status = 404};
  }
  bool has_tokens = true;
  bool has_role = true;
  std::string document =
      R"({"Code": "Success", "AccessKeyId": "K", "SecretAccessKey": "hidden", "Token": "T", "Expiration": "2121-05-03T10:00:00Z"})";
};

class InstanceMetadata : public testing::Test {
 protected:
  Result<source::AwsCredentials> fetch(InstanceMetadataSettings settings) {
    return source::instance_metadata(std::move(settings), std::make_shared<source::HttpClient>(""), "nowhere else")
        ->fetch();
  }
  Result<source::AwsCredentials> fetch() { return fetch({server_.url("")}); }
  Error error() {
    const auto credentials = fetch();
    EXPECT_FALSE(credentials);
    EXPECT_EQ(credentials.error().kind, ErrorKind::access);
    EXPECT_THAT(to_string(credentials.error()), Not(HasSubstr("hidden")));
    return credentials.error();
  }
  Service service_;
  LoopbackServer server_{[this](const Served& request) { return service_.answer(request); }};
};

TEST_F(InstanceMetadata, IsAskedWithAToken) {
  const auto credentials = fetch();
  ASSERT_TRUE(credentials) << to_string(credentials.error());
  EXPECT_EQ(credentials->keys, (source::Credentials{"K", "hidden", "T"}));
  EXPECT_EQ(credentials->role, "my role");
  EXPECT_EQ(server_.requests().size(), 3U);
}

TEST_F(InstanceMetadata, IsNeverAskedWithoutOne) {
  service_.has_tokens = false;
  EXPECT_THAT(to_string(error()), AllOf(HasSubstr("403"), HasSubstr("hop limit")));
  EXPECT_EQ(server_.requests().size(), 1U);
}

TEST_F(InstanceMetadata, SaysWhenTheInstanceHasNoRole) {
  service_.has_role = false;
  EXPECT_THAT(to_string(error()), AllOf(HasSubstr("nowhere else"), HasSubstr("no role")));
}

TEST_F(InstanceMetadata, SaysWhatTheServiceSays) {
  service_.document = R"({"Code": "AssumeRoleUnauthorizedAccess", "Message": "EC2 cannot assume it"})";
  EXPECT_THAT(to_string(error()), HasSubstr("EC2 cannot assume it"));
  service_.document = "<html>hidden</html>";
  EXPECT_THAT(to_string(error()), HasSubstr("no JSON object"));
}

TEST_F(InstanceMetadata, ThatIsBehindLetsOldKeysServeOn) {
  service_.document =
      R"({"Code": "Success", "AccessKeyId": "K", "SecretAccessKey": "S", "Token": "T", "Expiration": "2021-05-03T10:00:00Z"})";
  const auto credentials = fetch();
  ASSERT_TRUE(credentials);
  EXPECT_NEAR(static_cast<double>(credentials->expires_unix_s - source::unix_time_s()), 600, 5);
}

TEST_F(InstanceMetadata, IsGivenUpSoonWhereThereIsNone) {
  const auto began = std::chrono::steady_clock::now();
  const auto refused = fetch({"http://" + silent_host()});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::access);
  EXPECT_THAT(to_string(refused.error()),
              AllOf(HasSubstr("nowhere else, and no EC2 instance metadata answers"), HasSubstr("--no-sign-request")));
  const LoopbackServer silent([](const Served&) { return Answer{.wait_ms = 60'000}; });
  EXPECT_THAT(to_string(fetch({silent.url(""), 300, 2}).error()), HasSubstr("no EC2 instance metadata answers"));
  EXPECT_EQ(silent.requests().size(), 2U);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
}

class InstanceMetadataSetting : public testing::Test {
 protected:
  void SetUp() override { variables_["HOME"] = home_.path(); }
  Result<InstanceMetadataSettings> settings() {
    const auto profiles = AwsProfiles::read("", environment_of(variables_));
    return source::instance_metadata_settings(profiles.value(), environment_of(variables_));
  }
  TempDirectory home_;
  std::map<std::string, std::string> variables_;
};

TEST_F(InstanceMetadataSetting, IsTheWellKnownAddressWithoutOthers) {
  EXPECT_EQ(settings()->endpoint, "http://169.254.169.254");
  EXPECT_EQ(settings()->timeout_ms, 1'000);
  EXPECT_EQ(settings()->attempts_max, 1);
  variables_["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] = "IPv6";
  EXPECT_EQ(settings()->endpoint, "http://[fd00:ec2::254]");
}

TEST_F(InstanceMetadataSetting, IsOfTheProfileThenOfTheEnvironment) {
  home_.write(".aws/config",
              "[default]\nec2_metadata_service_endpoint = http://a/\nmetadata_service_timeout = 2\n"
              "metadata_service_num_attempts = 3\n");
  EXPECT_EQ(settings()->endpoint, "http://a");
  EXPECT_EQ(settings()->timeout_ms, 2'000);
  EXPECT_EQ(settings()->attempts_max, 3);
  variables_["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://b";
  variables_["AWS_METADATA_SERVICE_TIMEOUT"] = "5";
  EXPECT_EQ(settings()->endpoint, "http://b");
  EXPECT_EQ(settings()->timeout_ms, 5'000);
}

TEST_F(InstanceMetadataSetting, ThatMeansNothingIsRefused) {
  for (const auto& [name, value] :
       {std::pair{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "169.254.169.254"},
        std::pair{"AWS_METADATA_SERVICE_TIMEOUT", "soon"}, std::pair{"AWS_METADATA_SERVICE_NUM_ATTEMPTS", "0"}}) {
    variables_ = {{"HOME", home_.path()}, {name, value}};
    ASSERT_FALSE(settings()) << name;
    EXPECT_EQ(settings().error().kind, ErrorKind::usage);
    EXPECT_EQ(settings().error().where, name);
  }
}

TEST_F(InstanceMetadataSetting, MayTurnItOff) {
  EXPECT_FALSE(source::is_instance_metadata_disabled(environment_of(variables_)));
  variables_["AWS_EC2_METADATA_DISABLED"] = "TRUE";
  EXPECT_TRUE(source::is_instance_metadata_disabled(environment_of(variables_)));
  variables_["AWS_EC2_METADATA_DISABLED"] = "false";
  EXPECT_FALSE(source::is_instance_metadata_disabled(environment_of(variables_)));
}

}  // namespace
}  // namespace weir::source_tests
