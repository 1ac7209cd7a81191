// The table `ingestions`, and what goes with an ingestion.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "store/postgres/session.h"
#include "weir/batch.h"
#include "weir/result.h"
#include "weir/store.h"

namespace weir::postgres {

// Unix microseconds, now.
[[nodiscard]] std::int64_t now_us();
// The month whose partition holds a dump's rows, by its first day.
[[nodiscard]] DayNumber month_of(const Period& period);

// Ascending by id. `where` is SQL of our own over the ledger's columns. A row that says `loading` while nobody holds
// its slot's lock has lost its process: it reads as failed (interrupted).
[[nodiscard]] Result<std::vector<Ingestion>> read_ledger(Session& session, std::string_view where = "true",
                                                         const std::vector<Value>& parameters = {});

// Under the slot's lock, before anything is written: writes as failed what lost its process, of any slot, and whatever
// else is still loading of this one.
Status fail_interrupted(Session& session, const Slot& slot);
// Inserts the row as `loading`; returns its id. Commits at once unless a transaction is open.
Result<std::int64_t> start_ingestion(Session& session, const Slot& slot, const LoadRequest& request,
                                     std::int64_t started_at_us);
// How it ended. `error` is empty when it did not fail. Fails when the row is no longer `loading`: somebody took this
// load for dead.
Status finish_ingestion(Session& session, std::int64_t id, IngestionStatus status, const std::string& error,
                        const ScanSummary& summary);
// The rows and rejects of a loaded ingestion, gone; the ledger row with its new status. To be called in a transaction.
// Fails when it is not loaded.
Status take_out(Session& session, const Ingestion& ingestion, IngestionStatus status);

}  // namespace weir::postgres
