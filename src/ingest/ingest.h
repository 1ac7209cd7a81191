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
// "--max-rejects N" or "P%" (decimals allowed, at most 100). Fails (usage) on anything else.
[[nodiscard]] Result<RejectLimit> parse_reject_limit(const std::string& text);
// The limit in words, as an error needs them: "at most 10 or 1 % of the rows".
[[nodiscard]] std::string to_string(const RejectLimit& limit);

// What an ingest of one period would do. A dump that was dropped and is named again is new.
enum class Change { fresh, changed, unchanged, missing, failed };
[[nodiscard]] std::string_view name_of(Change change);  // new, changed, unchanged, missing, failed
struct PlannedDump {
  Period period;
  std::string uri;               // to show; `object` is what can be opened
  std::optional<Object> object;  // nullopt: missing or failed
  Change change = Change::fresh;
  std::optional<Ingestion> loaded;  // what the slot holds now
  std::optional<Error> error{};     // when failed: it could not be looked at or, for hashing, not be read
};

// What a plan does where versions cannot tell whether a local file is another than the one loaded: it hashes the file,
// or leaves that to the ingest, and the file counts as changed until then.
enum class Doubt { settle, leave };

// Both plans tell loaded versions from others without reading them, as ingest/version.h describes; where that cannot be
// sure, an object of the web without a strong etag counts as changed, until its ingest has read it, and a local file is
// `doubt`'s. `ledger` is the whole ledger, ascending by id (empty where there is no database yet). A dump that could
// not be looked at, or whose days are loaded under another granularity, is a failed one in the plan, and the others go
// on.
//
// plan_periods: one for each of `periods`, in their order. Errors: interrupted.
[[nodiscard]] Result<std::vector<PlannedDump>> plan_periods(Sources& sources, const std::vector<Ingestion>& ledger,
                                                            const std::string& source_name,
                                                            const UriTemplate& uri_template,
                                                            const std::vector<Period>& periods,
                                                            Doubt doubt = Doubt::settle);
// plan_new (--new): the dumps listed between 1970 and the period of `today` that are new, changed or failed,
// ascending by period. Never one that was dropped: neither when that was the last thing done to its slot, nor when a
// later attempt to load it failed. Errors: what there is could not be listed; interrupted.
[[nodiscard]] Result<std::vector<PlannedDump>> plan_new(Sources& sources, const std::vector<Ingestion>& ledger,
                                                        const std::string& source_name, const UriTemplate& uri_template,
                                                        DayNumber today, Doubt doubt = Doubt::settle);

enum class Outcome { loaded, replaced, unchanged, missing, failed };
[[nodiscard]] std::string_view name_of(Outcome outcome);

struct IngestOptions {
  ScanOptions scan;  // hash_content and require_timestamp are set by ingest_dump; every field is wanted
  RejectLimit max_rejects;
  bool force = false;
  unsigned threads = 0;  // 0: all cores
};

struct IngestResult {
  std::int64_t id = 0;  // of the new ledger row; of the loaded one when unchanged; 0 when there is none
  Slot slot;
  std::string uri;
  Outcome outcome = Outcome::failed;
  std::uint64_t rows_read = 0, rows_loaded = 0, rows_rejected = 0, bytes = 0;  // of the loaded one when unchanged
  double seconds = 0;                                                          // without the wait for the slot
  std::optional<Error> error;                                                  // when failed
  std::vector<std::string> unused_columns;                                     // said once by the command
  std::vector<Field> absent_fields;
};

// Loads one planned dump, not a failed one. What the plan found unchanged, and is not forced, is believed: the database
// is not even opened. Never throws; every failure is in the result's error. What the ledger says of it:
//
//   loaded, replaced    the new row, with the version of the bytes that were read (not of an earlier look at them)
//   unchanged, missing  nothing
//   failed              a `failed` row from the moment the dump was to be read: no permission, no header, a broken
//                       download, too many rejects, a full disk, an interrupt (whose error is "interrupted").
//                       Nothing when it was refused before: the days are loaded under another granularity, the slot
//                       is held by someone else, its version could not be told, the database could not be reached.
//
// A dump whose object is replaced while it is read is undone and loaded from its new version, twice at most: each time
// is an ingestion of its own, and those before the last one end as `failed`.
//
// A failed or interrupted replacement leaves the rows that were there. rows_loaded is 0 then.
[[nodiscard]] IngestResult ingest_dump(Store& store, Sources& sources, const std::string& source_name,
                                       const PlannedDump& dump, const IngestOptions& options, Progress* progress);

}  // namespace weir
