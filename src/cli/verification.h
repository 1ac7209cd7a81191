// Whether ledger, rows, counts and sources still tell the same.
#pragma once

#include <vector>

#include "scan/scan.h"
#include "weir/finding.h"
#include "weir/source.h"
#include "weir/store.h"

namespace weir::cli {

// One finding for each of `loaded`, ascending: that as many rows and rejects are stored as its ledger row says, and
// from its first to its last day. Counts all rows. A problem names both numbers. Errors: those of the database;
// interrupted.
[[nodiscard]] Result<std::vector<Finding>> verify_rows(Store& store, const std::vector<Ingestion>& loaded);

// One finding for each question: that what is answered from kept counts is what counting the rows gives, key by key.
// Memory grows with distinct keys. Errors as above.
[[nodiscard]] Result<std::vector<Finding>> verify_counts(Store& store);

// One finding: that the source still has the version that was loaded. A changed one is a problem; one that is gone, or
// that cannot be looked at again, a warning. Files are hashed where that alone can tell.
[[nodiscard]] Finding verify_source(Sources& sources, const Ingestion& loaded);

// The same by reading the dump once more: its bytes, rows and rejects, against the ledger's.
[[nodiscard]] Finding verify_by_reading(Sources& sources, const Ingestion& loaded, const ScanOptions& options);

}  // namespace weir::cli
