// The only place that names concrete databases.
#pragma once

#include <memory>
#include <string>

#include "weir/result.h"
#include "weir/store.h"

namespace weir::cli {

inline constexpr const char* default_database = "duckdb:weir.duckdb";

// The store behind a database URL (duckdb:PATH, postgresql://…, postgres://…). Opens nothing yet. Fails (usage) on a
// URL of no known kind, of one that the program was built without, or a malformed one; the error shows no more of it
// than its scheme, since the rest may hold a password.
[[nodiscard]] Result<std::unique_ptr<Store>> make_store(const std::string& url, const StoreOptions& options);

}  // namespace weir::cli
