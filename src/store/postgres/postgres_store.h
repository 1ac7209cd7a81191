// The shared database: PostgreSQL 15 or newer, by libpq.
//
// Loads of different slots go side by side, those of one slot queue at a session-level advisory lock (see
// advisory_lock.h); readers wait for nobody and see whole dumps only. A connection lasts one call; a Load has two, one
// that holds the lock and writes the ledger, one for the rows.
#pragma once

#include <memory>
#include <string>

#include "weir/result.h"
#include "weir/store.h"

namespace weir {

// `url` is postgresql://… or postgres://…; what it leaves out is taken from libpq's environment (PGHOST, PGUSER,
// PGPASSWORD, PGPASSFILE, PGSERVICE, PGSSLMODE …). Connects to nothing until it is needed. The database must exist;
// begin_load() and migrate() make weir's tables in it. Fails (usage) on a malformed URL, without showing it.
//
// threads and memory_limit_bytes are no settings of the server's: answers use what it is configured to use.
[[nodiscard]] Result<std::unique_ptr<Store>> make_postgres_store(const std::string& url, StoreOptions options);

}  // namespace weir
