#include "cli/secrets.h"

#include <gmock/gmock.h>

namespace weir::cli {
namespace {

using testing::ElementsAre;

// The word as others see it.
std::string hidden(std::string word) {
  char* argv[] = {word.data()};
  const std::string before = word;
  EXPECT_THAT(take_command_line(1, argv), ElementsAre(before));
  return word;
}

TEST(Secrets, HidesPasswordsOfUrls) {
  EXPECT_EQ(hidden("postgresql://ann:secret@host/db"), "postgresql://ann:******@host/db");
  EXPECT_EQ(hidden("--db=postgresql://ann:secret@host:5432/db"), "--db=postgresql://ann:******@host:5432/db");
  EXPECT_EQ(hidden("postgresql://:secret@/db?host=/tmp"), "postgresql://:******@/db?host=/tmp");
  EXPECT_EQ(hidden("postgresql://host/db?user=ann&password=secret&sslmode=require"),
            "postgresql://host/db?user=ann&password=******&sslmode=require");
  EXPECT_EQ(hidden("postgresql:///db?sslpassword=a&password=b"), "postgresql:///db?sslpassword=*&password=*");
  EXPECT_EQ(hidden("https://me:hidden@example.com/x.csv?a=b"), "https://me:******@example.com/x.csv?a=b");
}

TEST(Secrets, HidesWhatFollowsTheHostOfAHook) {
  std::string flag = "--notify";
  std::string url = "https://hooks.slack.com/services/T0/B0/x";
  std::string both = "--notify=http://h?key=x";
  std::string other = "--notify-me=http://h/x";
  std::string last = "--notify";
  char* argv[] = {flag.data(), url.data(), both.data(), other.data(), last.data()};
  EXPECT_THAT(take_command_line(5, argv), ElementsAre("--notify", "https://hooks.slack.com/services/T0/B0/x",
                                                      "--notify=http://h?key=x", "--notify-me=http://h/x", "--notify"));
  EXPECT_EQ(url, "https://hooks.slack.com*****************");
  EXPECT_EQ(both, "--notify=http://h******");
  EXPECT_EQ(other, "--notify-me=http://h/x");
  EXPECT_EQ(hidden("https://hooks.slack.com/services"), "https://hooks.slack.com/services");
}

TEST(Secrets, HidesPasswordsThatShouldHaveBeenEscaped) {
  EXPECT_EQ(hidden("postgresql://ann:s@c/r:t@host/db"), "postgresql://ann:*******@host/db");
}

TEST(Secrets, LeavesEverythingElse) {
  for (const char* word :
       {"postgresql://ann@host:5432/db", "postgresql://host:5432/db", "duckdb:a:b@c.duckdb", "s3://bucket/a@b",
        "SELECT 'a:b@c'", "--password", "postgresql:///db?host=/a:b@c", "postgresql:///db?passwordless=x", ""}) {
    EXPECT_EQ(hidden(word), word);
    EXPECT_FALSE(holds_password(word)) << word;
  }
  EXPECT_TRUE(holds_password("postgresql://ann:x@host/db"));
  EXPECT_FALSE(holds_password("postgresql://ann:@host/db"));
}

}  // namespace
}  // namespace weir::cli
