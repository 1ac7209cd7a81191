#include "store/migration.h"

#include <gmock/gmock.h>

#include <array>

namespace weir {
namespace {

using testing::HasSubstr;
using File = std::pair<std::string_view, std::string_view>;

constexpr std::array<File, 3> files{File{"0001_first", "CREATE TABLE a (b INTEGER)"}, File{"0002_second", "SELECT 2"},
                                    File{"0003_third", "SELECT 3"}};

std::vector<Migration> known() {
  return migrations_of(files).value();
}

std::vector<AppliedMigration> applied(std::size_t count) {
  std::vector<AppliedMigration> list;
  for (const Migration& migration : known()) {
    if (list.size() == count) break;
    list.push_back({migration.version, std::string(migration.name), migration.checksum, 1000 + migration.version});
  }
  return list;
}

TEST(Migrations, AreNumberedNamedAndHashed) {
  const auto migrations = known();
  ASSERT_EQ(migrations.size(), 3U);
  EXPECT_EQ(migrations[1].version, 2);
  EXPECT_EQ(migrations[1].name, "second");
  EXPECT_EQ(migrations[1].sql, "SELECT 2");
  EXPECT_THAT(migrations[0].checksum, testing::MatchesRegex("xxh3-128:[0-9a-f]*"));
  EXPECT_EQ(migrations[0].checksum.size(), 9U + 32U);
  EXPECT_NE(migrations[1].checksum, migrations[2].checksum);
}

TEST(Migrations, RefuseFilesOutOfLine) {
  for (const auto& wrong : {std::array<File, 1>{File{"0002_gap", ""}}, std::array<File, 1>{File{"first", ""}},
                            std::array<File, 1>{File{"0001", ""}}, std::array<File, 1>{File{"0001_", ""}},
                            std::array<File, 1>{File{"0001first", ""}}}) {
    EXPECT_FALSE(migrations_of(wrong).has_value()) << wrong[0].first;
  }
}

TEST(Migrations, PendingAreThoseNotYetApplied) {
  EXPECT_EQ(pending_migrations(known(), {}, "db")->size(), 3U);
  const auto rest = pending_migrations(known(), applied(2), "db");
  ASSERT_TRUE(rest.has_value());
  ASSERT_EQ(rest->size(), 1U);
  EXPECT_EQ(rest->front().version, 3);
  EXPECT_TRUE(pending_migrations(known(), applied(3), "db")->empty());
}

TEST(Migrations, ANewerDatabaseIsRefused) {
  auto newer = applied(3);
  newer.push_back({4, "fourth", "xxh3-128:4", 1});
  const auto pending = pending_migrations(known(), newer, "duckdb:weir.duckdb");
  ASSERT_FALSE(pending.has_value());
  EXPECT_EQ(pending.error().where, "duckdb:weir.duckdb");
  EXPECT_THAT(pending.error().why, HasSubstr("version 4, newer than the 3"));
  EXPECT_FALSE(pending.error().next.empty());
}

TEST(Migrations, AnotherWordingIsRefused) {
  auto other = applied(2);
  other[0].checksum = "xxh3-128:0";
  EXPECT_THAT(to_string(pending_migrations(known(), other, "db").error()), HasSubstr("migration 1 (first)"));
}

TEST(Migrations, WhoeverReadsNeedsAllOfThem) {
  EXPECT_TRUE(check_current(known(), applied(3), "db").has_value());
  const auto older = check_current(known(), applied(2), "db");
  ASSERT_FALSE(older.has_value());
  EXPECT_THAT(older.error().next, HasSubstr("weir db migrate"));
}

TEST(SchemaStatus, ShowsAppliedAndPending) {
  const SchemaStatus status = schema_status(known(), applied(2));
  EXPECT_TRUE(status.exists);
  EXPECT_EQ(status.version, 2);
  EXPECT_EQ(status.newest, 3);
  ASSERT_EQ(status.migrations.size(), 3U);
  EXPECT_EQ(status.migrations[1].applied_at_us, 1002);
  EXPECT_FALSE(status.migrations[2].applied_at_us.has_value());
  EXPECT_FALSE(schema_status(known(), {}).exists);
}

}  // namespace
}  // namespace weir
