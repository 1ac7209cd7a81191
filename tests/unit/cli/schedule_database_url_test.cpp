#include "cli/schedule/database_url.h"

#include <gmock/gmock.h>

namespace weir::cli::schedule {
namespace {

TEST(ScheduleDatabaseUrl, LosesPasswords) {
  EXPECT_EQ(without_passwords("postgresql://ann:secret@host/db"), "postgresql://ann@host/db");
  EXPECT_EQ(without_passwords("postgresql://ann:a:b@c@host/db?a=b"), "postgresql://ann@host/db?a=b");
  EXPECT_EQ(without_passwords("postgresql://h/db?password=x"), "postgresql://h/db");
  EXPECT_EQ(without_passwords("postgresql://h/db?password=x&a=b"), "postgresql://h/db?a=b");
  EXPECT_EQ(without_passwords("postgresql://h/db?a=b&password=x&sslpassword=y&c=d"), "postgresql://h/db?a=b&c=d");
  EXPECT_EQ(without_passwords("postgresql://ann:one@h/db?password=two&sslpassword=three"), "postgresql://ann@h/db");
  EXPECT_EQ(without_passwords("postgresql://ann@h:5432/db?sslmode=require"),
            "postgresql://ann@h:5432/db?sslmode=require");
}

TEST(ScheduleDatabaseUrl, FindsTheHost) {
  EXPECT_EQ(host_of("postgresql://ann@db.example.com:5432/events?sslmode=require"), "db.example.com");
  EXPECT_EQ(host_of("postgresql://one:1,two:2/events"), "one");
  EXPECT_EQ(host_of("postgresql://[::1]:5432/events"), "::1");
  EXPECT_EQ(host_of("postgresql://%2Frun%2Fpostgresql/events"), "/run/postgresql");
  EXPECT_EQ(host_of("postgresql:///events?host=/run/postgresql"), "/run/postgresql");
  EXPECT_EQ(host_of("postgresql://one/events?host=two&hostaddr=10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(host_of("postgresql:///events"), "");
  EXPECT_EQ(host_of("postgresql://"), "");
}

TEST(ScheduleDatabaseUrl, KnowsWhatOnlyThisMachineMeans) {
  for (const char* const host : {"", "localhost", "127.0.0.1", "::1", "/run/postgresql", "@socket"}) {
    EXPECT_TRUE(is_this_machine(host)) << host;
  }
  for (const char* const host : {"db", "10.0.0.1", "localhost.example.com"})
    EXPECT_FALSE(is_this_machine(host)) << host;
  EXPECT_EQ(without_port("db:5432"), "db");
  EXPECT_EQ(without_port("[::1]:5432"), "::1");
}

}  // namespace
}  // namespace weir::cli::schedule
