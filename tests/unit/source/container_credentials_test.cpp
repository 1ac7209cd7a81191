#include "source/container_credentials.h"

#include <gmock/gmock.h>

#include "environment_of.h"
#include "loopback_server.h"
#include "temp_directory.h"

namespace weir::source_tests {
namespace {

using source::container_credentials_url;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* full = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
constexpr const char* relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
constexpr const char* answer =
    R"({"AccessKeyId": "K", "SecretAccessKey": "S", "Token": "T", "Expiration": "2121-05-03T10:00:00Z", "RoleArn": "arn:r"})";

class ContainerCredentials : public testing::Test {
 protected:
  Result<source::AwsCredentials> fetch() {
    return source::container_credentials(environment_of(variables_), std::make_shared<source::HttpClient>(""))->fetch();
  }
  std::map<std::string, std::string> variables_;
};

TEST_F(ContainerCredentials, AreAskedForWithTheToken) {
  const LoopbackServer server([](const Served&) { return Answer{.body = answer}; });
  variables_ = {{full, server.url("/v1/keys?id=1")}, {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic abc="}};
  const auto credentials = fetch();
  ASSERT_TRUE(credentials) << to_string(credentials.error());
  EXPECT_EQ(credentials->keys, (source::Credentials{"K", "S", "T"}));
  EXPECT_EQ(credentials->role, "arn:r");
  const Served request = server.requests().at(0);
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.target, "/v1/keys?id=1");
  EXPECT_EQ(request.header("authorization"), "Basic abc=");
  EXPECT_EQ(request.header("accept"), "application/json");
}

TEST_F(ContainerCredentials, TakeTheTokenOfTheFileAsItIsThen) {
  const LoopbackServer server([](const Served&) { return Answer{.body = answer}; });
  const TempDirectory directory;
  variables_ = {{full, server.url("/")},
                {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "old"},
                {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", directory.write("token", "first\n")}};
  const auto source =
      source::container_credentials(environment_of(variables_), std::make_shared<source::HttpClient>(""));
  ASSERT_TRUE(source->fetch());
  directory.write("token", "second");
  ASSERT_TRUE(source->fetch());
  EXPECT_EQ(server.requests().at(0).header("authorization"), "first");
  EXPECT_EQ(server.requests().at(1).header("authorization"), "second");
}

TEST_F(ContainerCredentials, AreAskedForAgainWhenTheServiceIsBusy) {
  std::atomic<int> calls{0};
  const LoopbackServer server(
      [&](const Served&) { return ++calls == 1 ? Answer{.status = 500} : Answer{.body = answer}; });
  variables_ = {{full, server.url("/")}};
  EXPECT_TRUE(fetch());
  EXPECT_EQ(server.requests().at(1).header("authorization"), "") << "no token, no header";
}

TEST_F(ContainerCredentials, ThatAreRefusedSayWhy) {
  const LoopbackServer server([](const Served&) {
    return Answer{.status = 400, .body = R"({"code": "InvalidTokenException", "message": "who are you"})"};
  });
  variables_ = {{full, server.url("/keys?secret=hidden")}, {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "hidden"}};
  const auto credentials = fetch();
  ASSERT_FALSE(credentials);
  EXPECT_EQ(credentials.error().kind, ErrorKind::access);
  EXPECT_THAT(to_string(credentials.error()),
              AllOf(HasSubstr("InvalidTokenException: who are you"), HasSubstr("400"), Not(HasSubstr("hidden"))));
  variables_["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "hidden\r\nx-more: yes";
  EXPECT_THAT(to_string(fetch().error()), AllOf(HasSubstr("line end"), Not(HasSubstr("hidden"))));
  variables_ = {{full, "http://" + silent_host() + "/"}};
  EXPECT_EQ(fetch().error().kind, ErrorKind::access);
}

TEST_F(ContainerCredentials, TellWhereTheyAreFrom) {
  EXPECT_FALSE(source::has_container_credentials(environment_of(variables_)));
  variables_[full] = "http://localhost/";
  EXPECT_TRUE(source::has_container_credentials(environment_of(variables_)));
  EXPECT_EQ(source::container_credentials(environment_of(variables_), nullptr)->origin(),
            "the container's role (AWS_CONTAINER_CREDENTIALS_FULL_URI)");
}

TEST_F(ContainerCredentials, AreAtTheRelativeAddressFirst) {
  variables_ = {{relative, "/v2/credentials/1"}, {full, "http://localhost/"}};
  EXPECT_EQ(container_credentials_url(environment_of(variables_)).value(), "http://169.254.170.2/v2/credentials/1");
}

TEST_F(ContainerCredentials, AreAskedForInTheClearOnThisMachineOnly) {
  for (const char* url : {"http://localhost:80/x", "http://127.0.0.1/x", "http://127.255.0.9:8080/x",
                          "http://[::1]:80/x", "http://169.254.170.2/x", "http://169.254.170.23/v1/credentials",
                          "http://[fd00:ec2::23]/v1/credentials", "https://keys.example.com/x"}) {
    variables_[full] = url;
    EXPECT_EQ(container_credentials_url(environment_of(variables_)).value_or("refused"), url);
  }
  for (const char* url :
       {"http://keys.example.com/x", "http://127.0.0.1.example.com/x", "http://127.0.0.1@evil.com/x", "http://127.1/x",
        "http://127.0.0.1./x", "http://127.0.0.256/x", "http://localhost.evil.com/x", "http://169.254.169.254/x",
        "http://[::2]/x", "ftp://localhost/x", "localhost/x"}) {
    variables_[full] = url;
    const auto refused = container_credentials_url(environment_of(variables_));
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().kind, ErrorKind::access);
  }
}

}  // namespace
}  // namespace weir::source_tests
