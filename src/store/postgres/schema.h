// The schema of a PostgreSQL database, kept by the migrations embedded in the program.
#pragma once

#include <string>
#include <vector>

#include "store/migration.h"
#include "store/postgres/session.h"
#include "weir/result.h"
#include "weir/store.h"

namespace weir::postgres {

[[nodiscard]] Result<std::vector<Migration>> known_migrations();
// Ascending; empty where there is no schema of weir's.
[[nodiscard]] Result<std::vector<AppliedMigration>> applied_migrations(Session& session);

// Applies what is missing, all in one transaction, under a lock that lets one process migrate at a time. Nothing to do
// is success, and takes no lock.
[[nodiscard]] Status migrate(const Address& address, const StoreOptions& options, Session& session);
// For reading: fails when there is no schema (kind missing), when it is older or newer, or other than the program
// knows.
[[nodiscard]] Status check_schema(Session& session);

}  // namespace weir::postgres
