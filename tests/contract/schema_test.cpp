// The schema: made once, checked every time.
#include "helpers.h"

namespace weir::contract {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class SchemaContract : public StoreContract {};

TEST_P(SchemaContract, DoesNotExistBeforeMigrate) {
  const auto schema = store_->schema();
  ASSERT_DONE(schema);
  EXPECT_FALSE(schema->exists);
  EXPECT_EQ(schema->version, 0);
  EXPECT_GE(schema->newest, 1);
  ASSERT_EQ(schema->migrations.size(), static_cast<std::size_t>(schema->newest));
  EXPECT_FALSE(schema->migrations.front().applied_at_us.has_value());
}

TEST_P(SchemaContract, IsAppliedOnceHoweverOftenMigrateIsCalled) {
  ASSERT_DONE(store_->migrate());
  const auto first = store_->schema();
  ASSERT_DONE(first);
  ASSERT_DONE(store_->migrate());
  ASSERT_DONE(database_->open()->migrate());
  const auto again = store_->schema();
  ASSERT_DONE(again);
  EXPECT_TRUE(again->exists);
  EXPECT_EQ(again->version, again->newest);
  ASSERT_TRUE(first->migrations.front().applied_at_us.has_value());
  EXPECT_EQ(first->migrations.front().applied_at_us, again->migrations.front().applied_at_us);
  EXPECT_EQ(database_->number("SELECT count(*) FROM schema_migrations"), again->newest);
}

TEST_P(SchemaContract, KeepsRowsWhenMigratedAgain) {
  ASSERT_DONE(load(*store_, april, some_events(3, april_1, "Palau")));
  ASSERT_DONE(store_->migrate());
  EXPECT_EQ(rows_of(*store_, "countries"), (std::vector<Count>{{"Palau", 3}}));
}

TEST_P(SchemaContract, IsRefusedWhenTheDatabaseIsNewer) {
  ASSERT_DONE(store_->migrate());
  database_->execute(
      "INSERT INTO schema_migrations (version, name, checksum, applied_at) "
      "VALUES (99, 'from_the_future', 'xxh3-128:0', '2031-01-01 00:00:00')");
  const auto migrated = store_->migrate();
  ASSERT_FALSE(migrated.has_value());
  EXPECT_THAT(to_string(migrated.error()), AllOf(HasSubstr("99"), HasSubstr("newer")));
  EXPECT_FALSE(store_->ledger().has_value());
  EXPECT_FALSE(store_->begin_load(april).has_value());
  const auto schema = store_->schema();
  ASSERT_DONE(schema);
  EXPECT_EQ(schema->version, 99);
}

TEST_P(SchemaContract, IsRefusedWhenAnAppliedMigrationReadsOtherwise) {
  ASSERT_DONE(store_->migrate());
  database_->execute("UPDATE schema_migrations SET checksum = 'xxh3-128:somethingelse' WHERE version = 1");
  const auto migrated = store_->migrate();
  ASSERT_FALSE(migrated.has_value());
  EXPECT_THAT(to_string(migrated.error()), AllOf(HasSubstr("somethingelse"), HasSubstr("migration 1")));
  EXPECT_FALSE(store_->ledger().has_value());
}

TEST_P(SchemaContract, ReadingWithoutADatabaseSaysSo) {
  const std::vector<std::int64_t> ids{1};
  const auto ledger = store_->ledger();
  ASSERT_FALSE(ledger.has_value());
  EXPECT_EQ(ledger.error().kind, ErrorKind::missing);
  EXPECT_FALSE(ledger.error().next.empty());
  EXPECT_THAT(ledger.error().where, HasSubstr(store_->display_url()));
  EXPECT_EQ(store_->rejected_rows(ids, std::nullopt).error().kind, ErrorKind::missing);
  EXPECT_EQ(store_->answer(questions(), {}, {}).error().kind, ErrorKind::missing);
  EXPECT_EQ(store_->drop(1).error().kind, ErrorKind::missing);
  const auto schema = store_->schema();
  ASSERT_DONE(schema);
  EXPECT_FALSE(schema->exists) << "reading created it";
}

TEST_P(SchemaContract, HasTheTablesThatTheContractNames) {
  ASSERT_DONE(load(*store_, april, some_events(2, april_1, "Palau"), {.rejects = {{7, "NUL byte", "x"}}}));
  EXPECT_EQ(
      database_->number("SELECT count(*) FROM (SELECT id, source, period, uri, etag, content_hash, bytes, columns, "
                        "rows_read, rows_loaded, rows_rejected, first_day, last_day, status, error, started_at, "
                        "finished_at, weir_version, psl_version FROM ingestions) AS t"),
      1);
  EXPECT_EQ(
      database_->number("SELECT count(*) FROM (SELECT id, timestamp, day, email, company, country, ip, uri, action, "
                        "tags, ingestion_id, ingested_at FROM events) AS t"),
      2);
  EXPECT_EQ(database_->number("SELECT count(*) FROM (SELECT ingestion_id, line, reason, raw FROM rejected_rows) AS t"),
            1);
}

WEIR_CONTRACT_SUITE(SchemaContract);

}  // namespace
}  // namespace weir::contract
