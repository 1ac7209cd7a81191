// The write path: what there is to load, and loading it. On one screen, the same for every database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scan/scan.h"
#include "weir/progress.h"
#include "weir/source.h"
#include "weir/store.h"

namespace weir {

// How many rejects undo a dump's load.
struct RejectLimit {
  enum class Unit { default_rule, rows, percent };
  Unit unit = Unit::default_rule;  // max(10, 1 % of rows read)
  double value = 0;
  [[nodiscard]] bool exceeded(std::uint64_t rejected, std::uint64_t read) const;
};
// "--max-rejects N" or "P%".
[[nodiscard]] Result<RejectLimit> parse_reject_limit(const std::string& text);

// What an ingest of one period would do, or did.
enum class Change { fresh, changed, unchanged, missing, dropped };
[[nodiscard]] std::string_view name_of(Change change);  // new, changed, unchanged, missing, dropped
struct PlannedDump {
  Period period;
  std::string uri;
  std::optional<Object> object;  // nullopt: missing
  Change change = Change::fresh;
  std::optional<Ingestion> loaded;  // what the slot holds now
};

// Tells loaded versions from others. Local files whose mtime is within 2 s of the load are hashed. `ledger` is the whole
// ledger (empty where there is no database yet).
[[nodiscard]] Result<std::vector<PlannedDump>> plan_periods(Sources& sources, const std::vector<Ingestion>& ledger,
                                                            const std::string& source_name, const UriTemplate& uri_template,
                                                            const std::vector<Period>& periods);
// --new: every dump the bucket lists that is not loaded, failed or changed; never one that was dropped.
[[nodiscard]] Result<std::vector<PlannedDump>> plan_new(Sources& sources, const std::vector<Ingestion>& ledger,
                                                        const std::string& source_name, const UriTemplate& uri_template,
                                                        DayNumber today);

enum class Outcome { loaded, replaced, unchanged, missing, failed };
[[nodiscard]] std::string_view name_of(Outcome outcome);

struct IngestOptions {
  ScanOptions scan;
  RejectLimit max_rejects;
  bool force = false;
  unsigned threads = 0;  // 0: all cores
};

struct IngestResult {
  std::int64_t id = 0;  // of the new ledger row; of the loaded one when unchanged; 0 when missing
  Slot slot;
  std::string uri;
  Outcome outcome = Outcome::failed;
  std::uint64_t rows_read = 0, rows_loaded = 0, rows_rejected = 0, bytes = 0;
  double seconds = 0;
  std::optional<Error> error;                    // when failed
  std::vector<std::string> unused_columns;       // said once by the command
  std::vector<Field> absent_fields;
};

// Loads one planned dump. Never throws; every failure is in the result's error, and the ledger has it when an attempt began.
[[nodiscard]] IngestResult ingest_dump(Store& store, Sources& sources, const std::string& source_name,
                                       const PlannedDump& dump, const IngestOptions& options, Progress* progress);

// Gaps between the first and last loaded period of one granularity, within [since, until] (shared by status and coverage).
[[nodiscard]] std::vector<Period> missing_periods(const std::vector<Period>& loaded, std::optional<DayNumber> since,
                                                  std::optional<DayNumber> until);

}  // namespace weir
