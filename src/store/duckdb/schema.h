// The schema of a DuckDB database, kept by the migrations embedded in the program.
#pragma once

#include <string>
#include <vector>

#include "store/duckdb/session.h"
#include "store/migration.h"
#include "weir/result.h"

namespace weir::duck {

[[nodiscard]] Result<std::vector<Migration>> known_migrations();
// Ascending; empty where there is no schema of weir's.
[[nodiscard]] Result<std::vector<AppliedMigration>> applied_migrations(Session& session);

// Applies what is missing, all in one transaction. Nothing to do is success.
[[nodiscard]] Status migrate(Session& session, const std::string& where);
// For reading: fails when there is no schema (kind missing), when it is older or newer, or other than the program
// knows.
[[nodiscard]] Status check_schema(Session& session, const std::string& what, const std::string& where);

}  // namespace weir::duck
