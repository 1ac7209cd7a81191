#include "store/duckdb/schema.h"

#include "duckdb_migrations.h"
#include "duckdb_queries.h"
#include "store/duckdb/ledger.h"

namespace weir::duck {
namespace {

// A file that somebody uses for other things may have a table of a name that weir's would take.
Error explain(Error error, const std::string& where) {
  if (error.why.find("already exists") == std::string::npos) return error;
  return {ErrorKind::failed, "cannot make weir's tables in", where,
          "it holds other tables of the same names (" + error.why + ")", "name another file with --db duckdb:PATH"};
}

// All of them or none: nobody sees a schema that is neither the old nor the new one.
Status apply(Session& session, const std::vector<Migration>& migrations, const std::string& where) {
  if (migrations.empty()) return {};
  WEIR_TRY_ASSIGN(Transaction transaction, Transaction::begin(session));
  for (const Migration& migration : migrations) {
    WEIR_TRY(session.execute(migration.sql).map_error([&](Error error) { return explain(std::move(error), where); }));
    WEIR_TRY(session.query(
        duckdb_queries::record_migration,
        {std::int64_t{migration.version}, std::string(migration.name), migration.checksum, Time{now_us()}}));
  }
  return transaction.commit();
}

}  // namespace

Result<std::vector<Migration>> known_migrations() {
  return migrations_of(duckdb_migrations::all);
}

Result<std::vector<AppliedMigration>> applied_migrations(Session& session) {
  bool there = false;
  WEIR_TRY(session.query(duckdb_queries::schema_tables, {}, [&](const Row&) { there = true; }));
  std::vector<AppliedMigration> applied;
  if (!there) return applied;
  WEIR_TRY(session.query(duckdb_queries::applied_migrations, {}, [&](const Row& row) {
    applied.push_back(
        {row.small_integer(0), std::string(row.text(1)), std::string(row.text(2)), row.time_us(3).value_or(0)});
  }));
  return applied;
}

Status migrate(Session& session, const std::string& where) {
  WEIR_TRY_ASSIGN(const auto known, known_migrations());
  WEIR_TRY_ASSIGN(const auto applied, applied_migrations(session));
  WEIR_TRY_ASSIGN(const auto pending, pending_migrations(known, applied, where));
  return apply(session, pending, where);
}

Status check_schema(Session& session, const std::string& what, const std::string& where) {
  WEIR_TRY_ASSIGN(const auto known, known_migrations());
  WEIR_TRY_ASSIGN(const auto applied, applied_migrations(session));
  if (applied.empty()) {
    return fail(ErrorKind::missing, what, where, "it is a DuckDB database, but without weir's tables",
                "load a dump first with `weir ingest`, or name another with --db");
  }
  return check_current(known, applied, where);
}

}  // namespace weir::duck
