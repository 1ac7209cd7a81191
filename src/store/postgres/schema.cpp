#include "store/postgres/schema.h"

#include "postgres_migrations.h"
#include "postgres_queries.h"
#include "store/postgres/advisory_lock.h"
#include "store/postgres/ledger.h"

namespace weir::postgres {
namespace {

// A database that somebody uses for other things may have a table of a name that weir's would take.
Error explain(Error error) {
  if (error.why.find("already exists") == std::string::npos) return error;
  error.why = "it holds other tables of the same names (" + error.why + ")";
  error.next =
      "name another database, or another schema: --db 'postgresql://…/DATABASE?options=-csearch_path%3DSCHEMA'";
  return error;
}

// All of them or none: nobody sees a schema that is neither the old nor the new one.
Status apply(Session& session, const std::vector<Migration>& migrations) {
  if (migrations.empty()) return {};
  WEIR_TRY_ASSIGN(Transaction transaction, Transaction::begin(session, Transaction::Kind::write));
  WEIR_TRY(session.execute(postgres_queries::act_as_owner));
  for (const Migration& migration : migrations) {
    WEIR_TRY(session.execute(migration.sql).map_error([](Error error) { return explain(std::move(error)); }));
    WEIR_TRY(session.query(
        postgres_queries::record_migration,
        {std::int64_t{migration.version}, std::string(migration.name), migration.checksum, Time{now_us()}}));
  }
  return transaction.commit();
}

Result<std::vector<Migration>> pending_in(Session& session) {
  WEIR_TRY_ASSIGN(const auto known, known_migrations());
  WEIR_TRY_ASSIGN(const auto applied, applied_migrations(session));
  return pending_migrations(known, applied, session.where());
}

}  // namespace

Result<std::vector<Migration>> known_migrations() {
  return migrations_of(postgres_migrations::all);
}

Result<std::vector<AppliedMigration>> applied_migrations(Session& session) {
  bool there = false;
  WEIR_TRY(session.query(postgres_queries::schema_tables, {}, [&](const Row&) { there = true; }));
  std::vector<AppliedMigration> applied;
  if (!there) return applied;
  WEIR_TRY(session.query(postgres_queries::applied_migrations, {}, [&](const Row& row) {
    applied.push_back(
        {row.small_integer(0), std::string(row.text(1)), std::string(row.text(2)), row.time_us(3).value_or(0)});
  }));
  return applied;
}

Status migrate(const Address& address, const StoreOptions& options, Session& session) {
  WEIR_TRY_ASSIGN(const auto needed, pending_in(session));
  if (needed.empty()) return {};
  WEIR_TRY_ASSIGN(
      const auto lock,
      AdvisoryLock::acquire(address, options,
                            {{{postgres_queries::lock_key_of_schema, {}}}, "migrating the schema", session.what()}));
  // Somebody else may have done it meanwhile.
  WEIR_TRY_ASSIGN(const auto pending, pending_in(lock->session()));
  return apply(lock->session(), pending);
}

Status check_schema(Session& session) {
  WEIR_TRY_ASSIGN(const auto known, known_migrations());
  WEIR_TRY_ASSIGN(const auto applied, applied_migrations(session));
  if (applied.empty()) {
    return fail(ErrorKind::missing, session.what(), session.where(),
                "it is a PostgreSQL database without weir's tables",
                "load a dump first with `weir ingest`, or name another with --db");
  }
  return check_current(known, applied, session.where());
}

}  // namespace weir::postgres
