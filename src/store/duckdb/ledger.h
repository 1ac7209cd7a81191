// The table `ingestions`, and what goes with an ingestion.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "store/duckdb/session.h"
#include "weir/batch.h"
#include "weir/result.h"
#include "weir/store.h"

namespace weir::duck {

// Unix microseconds, now.
[[nodiscard]] std::int64_t now_us();

// Ascending by id. `where` is SQL of our own over the ledger's columns. Since nobody who reads or writes does so beside
// a writer, a row that says `loading` has lost its process: it reads as failed (interrupted).
[[nodiscard]] Result<std::vector<Ingestion>> read_ledger(Session& session, std::string_view where = "true",
                                                         const std::vector<Value>& parameters = {});

// Under the writers' lock, before anything is written.
Status fail_interrupted(Session& session);
// Inserts the row as `loading`; returns its id. Commits at once unless a transaction is open.
Result<std::int64_t> start_ingestion(Session& session, const Slot& slot, const LoadRequest& request,
                                     std::int64_t started_at_us);
// How it ended. `error` is empty when it did not fail.
Status finish_ingestion(Session& session, std::int64_t id, IngestionStatus status, const std::string& error,
                        const ScanSummary& summary);
// The rows and rejects of an ingestion, gone; the ledger row with its new status. To be called in a transaction.
Status take_out(Session& session, std::int64_t id, IngestionStatus status);

}  // namespace weir::duck
