#include "lambda/secrets_manager.h"

#include <gmock/gmock.h>

namespace weir::lambda {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:weir-AbCdEf";

TEST(Secret, IsThePasswordOrJson) {
  const Login plain = parse_login("hunter 2", arn).value();
  EXPECT_EQ(plain.user, "");
  EXPECT_EQ(plain.password, "hunter 2");
  EXPECT_EQ(parse_login("12345", arn)->password, "12345");
  EXPECT_EQ(parse_login("\"quoted\"", arn)->password, "\"quoted\"");
  const Login login =
      parse_login(R"({"username":"weir","password":"p\"w","engine":"postgres","port":5432})", arn).value();
  EXPECT_EQ(login.user, "weir");
  EXPECT_EQ(login.password, "p\"w");
}

TEST(Secret, WithoutAPasswordIsNamed) {
  for (const char* secret : {"", R"({"username":"hidden"})", R"({"password":""})", R"({"password":7})"}) {
    const Result<Login> login = parse_login(secret, arn);
    ASSERT_FALSE(login) << secret;
    EXPECT_EQ(login.error().where, arn);
    EXPECT_THAT(to_string(login.error()), Not(HasSubstr("hidden")));
  }
}

TEST(Secret, GoesIntoTheUrl) {
  EXPECT_EQ(with_login("postgresql://h/db", {"weir", "a:b@c/d?e%"}), "postgresql://weir:a%3Ab%40c%2Fd%3Fe%25@h/db");
  EXPECT_EQ(with_login("postgresql://ann@h:5432/db?sslmode=require", {"", "pw"}),
            "postgresql://ann:pw@h:5432/db?sslmode=require");
  EXPECT_EQ(with_login("postgresql://a%40b@h/db", {"a@b", "pw"}), "postgresql://a%40b:pw@h/db");
  EXPECT_EQ(with_login("postgresql://h", {"", "pw"}), "postgresql://:pw@h");
  EXPECT_EQ(with_login("postgresql:///db?host=/tmp/a@b", {"w", "pw"}), "postgresql://w:pw@/db?host=/tmp/a@b");
}

TEST(Secret, DoesNotGoOverWhatTheUrlSays) {
  for (const char* url : {"postgresql://ann@h/db", "postgresql://ann:own@h/db", "duckdb:weir.duckdb"}) {
    const Result<std::string> made = with_login(url, {"weir", "hidden"});
    ASSERT_FALSE(made) << url;
    EXPECT_EQ(made.error().kind, ErrorKind::usage);
    EXPECT_THAT(to_string(made.error()), Not(testing::AnyOf(HasSubstr("hidden"), HasSubstr("own@"))));
  }
}

}  // namespace
}  // namespace weir::lambda
