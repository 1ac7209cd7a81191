#include "store/postgres/address.h"

#include <gmock/gmock.h>

#include <cstdlib>

namespace weir::postgres {
namespace {

using testing::HasSubstr;
using testing::Not;

class PostgresAddress : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD", "PGSERVICE"}) {
      ::unsetenv(name);
    }
    ::setenv("PGSYSCONFDIR", "/nonexistent", 1);
  }
  static std::string display(const std::string& url) {
    const auto address = parse_address(url);
    return address ? address->display : to_string(address.error());
  }
};

TEST_F(PostgresAddress, ShowsWhereItLeadsWithoutThePassword) {
  EXPECT_EQ(display("postgresql://ann:s3cret@db.example.com:5433/events?sslmode=require"),
            "postgresql://ann@db.example.com:5433/events");
  EXPECT_EQ(display("postgres://ann@db.example.com/events?password=s3cret"),
            "postgresql://ann@db.example.com:5432/events");
  EXPECT_EQ(display("postgresql://ann:s3cret@[::1]/events"), "postgresql://ann@[::1]:5432/events");
  EXPECT_EQ(display("postgresql://ann:p%40ss@/events?host=/run/postgresql"),
            "postgresql://ann@/events?host=/run/postgresql&port=5432");
}

TEST_F(PostgresAddress, IsCompletedFromTheEnvironment) {
  ::setenv("PGHOST", "db.example.com", 1);
  ::setenv("PGPORT", "6543", 1);
  ::setenv("PGUSER", "bob", 1);
  ::setenv("PGPASSWORD", "s3cret", 1);
  EXPECT_EQ(display("postgresql://"), "postgresql://bob@db.example.com:6543/bob");
  ::setenv("PGDATABASE", "events", 1);
  EXPECT_EQ(display("postgresql://"), "postgresql://bob@db.example.com:6543/events");
  EXPECT_EQ(display("postgresql://ann@other/"), "postgresql://ann@other:6543/events");
}

TEST_F(PostgresAddress, AMalformedUrlIsRefusedUnseen) {
  for (const char* url :
       {"postgresql://ann:s3cret@host:port:x/db", "postgresql://ann:s3cret@host/db?nosuch=s3cret",
        "postgresql://ann:s3cret%zz@host/db", "postgresql://[ann:s3cret", "postgresql://ann:x@s3cret@host/db",
        "postgresql://ann:x/s3cret@host/db", "postgresql://ann:1/s3cret@host/db"}) {
    const auto address = parse_address(url);
    ASSERT_FALSE(address.has_value()) << url;
    EXPECT_EQ(address.error().kind, ErrorKind::usage);
    EXPECT_THAT(to_string(address.error()), Not(HasSubstr("s3cret")));
    EXPECT_THAT(to_string(address.error()), HasSubstr("postgresql:"));
  }
}

}  // namespace
}  // namespace weir::postgres
