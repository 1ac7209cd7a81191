// A database of events: ledger, load, answers. Narrow on purpose: what differs between engines is behind it; periods,
// slots, plans, coverage, order and rendering are the same for all and live outside.
//
// A Store is used by one thread at a time but for loads_side_by_side() (a Load may use threads of its own inside).
// Nothing keeps a database connection open between two calls: connections last one call, or one Load. All text is
// UTF-8; ids are positive and ascend with time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weir/batch.h"
#include "weir/finding.h"
#include "weir/period.h"
#include "weir/query.h"
#include "weir/question.h"
#include "weir/result.h"
#include "weir/timeline.h"

namespace weir {

// At most one loaded dump a slot.
struct Slot {
  std::string source = "events";
  Period period;
  friend auto operator<=>(const Slot&, const Slot&) = default;
};

enum class IngestionStatus { loading, loaded, superseded, dropped, failed };
[[nodiscard]] std::string_view name_of(IngestionStatus status);

// One row of the ledger; rows are never deleted. Times are Unix microseconds.
struct Ingestion {
  std::int64_t id = 0;
  Slot slot;
  std::string uri;
  std::string etag;          // Object::version as it was opened; empty when the transport cannot tell
  std::string content_hash;  // empty while loading, and where reading did not get to the end
  std::uint64_t bytes = 0;
  std::vector<std::string> columns;
  std::uint64_t rows_read = 0;
  std::uint64_t rows_loaded = 0;
  std::uint64_t rows_rejected = 0;
  DayNumber first_day = no_day;
  DayNumber last_day = no_day;
  IngestionStatus status = IngestionStatus::loading;  // an interrupted `loading` reads as failed
  std::string error;
  std::int64_t started_at_us = 0;
  std::optional<std::int64_t> finished_at_us;
  std::string weir_version;
  std::string psl_version;
};

// One row of rejected_rows.
struct RejectedRow {
  std::int64_t ingestion_id = 0;
  Reject reject;
};

// What a new attempt records before anything is read.
struct LoadRequest {
  std::string uri;
  std::string etag;
  std::vector<std::string> columns;
  std::string weir_version;
  std::string psl_version;
};

// The right to load one slot: it holds the slot's lock from begin_load() until it is destroyed, so that whoever waited
// for it then sees its outcome. Calls in this order: start, append, then commit or abort. Destroying a Load before
// start leaves no trace; after start, without commit or abort, the rows are undone and the ledger row stays `loading`,
// which reads as failed (interrupted) from then on.
class Load {
 public:
  virtual ~Load() = default;
  // The slot's loaded ingestion as it stands under the lock: who finds its dump unchanged destroys the Load and is
  // done.
  [[nodiscard]] virtual const std::optional<Ingestion>& current() const = 0;
  // The periods of the source's loaded dumps, ascending, as they stand under the lock, and as they will stand for those
  // that overlap the slot's until the Load is destroyed: who finds an overlap there destroys the Load too.
  [[nodiscard]] virtual const std::vector<Period>& loaded_periods() const = 0;
  // Commits the ledger row as `loading` and returns its id. The row never vanishes again.
  virtual Result<std::int64_t> start(const LoadRequest& request) = 0;
  // Drains the scan (with up to `threads` readers of its own) into rows nobody sees yet. Rejects are kept with the
  // rows, spilled to a temporary file past a bound. Error: what the scan or the database said; abort() must follow.
  virtual Status append(EventScan& scan, unsigned threads) = 0;
  // In one transaction: the rows, their rejects, the ledger row as `loaded`, the slot's former ingestion as
  // `superseded` and its rows gone. After success every reader sees the new dump, before it none does.
  virtual Status commit(const ScanSummary& summary) = 0;
  // Undoes the rows and writes the ledger row as `failed` with `error`, what is known of the dump, and the first
  // failed_rejects_kept rejects.
  virtual Status abort(const Error& error, const ScanSummary& so_far) = 0;
};
inline constexpr std::size_t failed_rejects_kept = 1000;

struct SchemaStatus {
  bool exists = false;  // there is a database with weir's schema
  int version = 0;      // newest applied migration
  int newest = 0;       // newest this program knows
  struct Migration {
    int version;
    std::string name;
    std::string checksum;
    std::optional<std::int64_t> applied_at_us;  // nullopt: not applied yet
  };
  std::vector<Migration> migrations;
};

class Store {
 public:
  virtual ~Store() = default;
  // The database's URL as a person may see it: no password.
  [[nodiscard]] virtual std::string display_url() const = 0;

  // Schema. migrate() creates the database if need be and applies what is missing, each migration once and in a
  // transaction of its own; it fails when the database is newer than the program or an applied migration's checksum
  // differs.
  [[nodiscard]] virtual Result<SchemaStatus> schema() = 0;
  virtual Status migrate() = 0;

  // Ledger, ascending by id. Reading functions fail (kind missing, naming the place looked at) when there is no
  // database.
  [[nodiscard]] virtual Result<std::vector<Ingestion>> ledger() = 0;
  [[nodiscard]] virtual Result<std::vector<RejectedRow>> rejected_rows(std::span<const std::int64_t> ingestion_ids,
                                                                       std::optional<std::uint64_t> limit) = 0;

  // Write path. begin_load waits up to wait_s for the slot (and whatever else the engine admits one at a time), then
  // fails naming the holder. drop takes the rows of a loaded ingestion out and marks it `dropped`, in one transaction.
  [[nodiscard]] virtual Result<std::unique_ptr<Load>> begin_load(const Slot& slot) = 0;
  // Whether loads of different slots go side by side. Where they do, begin_load() may be called, and each Load used, on
  // a thread of its own, several at once. Elsewhere a second load would wait for the first.
  [[nodiscard]] virtual bool loads_side_by_side() const { return false; }
  virtual Status drop(std::int64_t ingestion_id) = 0;

  // Answers over the visible rows, all from one snapshot. One Answer a question, cut by `options`; coverage's days and
  // the ledger's loaded rows as of the same snapshot, from which the caller completes the coverage.
  struct Answers {
    std::uint64_t events = 0;
    DayNumber first_day = no_day;
    DayNumber last_day = no_day;
    std::vector<Answer> answers;
    std::vector<Ingestion> loaded;
  };
  [[nodiscard]] virtual Result<Answers> answer(std::span<const Question* const> questions, const Filter& filter,
                                               const AnswerOptions& options) = 0;

  // Hands a timeline over the visible rows to `read`, from one snapshot, and returns what that returns. Months and
  // years come from counts that are kept beside the rows; days, weeks and conditions are counted from the rows.
  virtual Status read_timeline(const TimelineRequest& request, const ReadTimeline& read) = 0;

  // A person's own statement, over one snapshot, with a bounded number of rows in memory. It reads this database and
  // nothing else, and cannot change anything, here or on the server. Fails when it is no single statement that returns
  // rows, when it would do more than read, when the database refuses it, when it takes longer than the timeout, and
  // (kind interrupted) on an interrupt, having stopped it on the server. Rows may have been handed over by then.
  virtual Status query(const QueryRequest& request, RowSink& sink) = 0;

  // How the database is reached, by whom, and what may be done there, for `weir doctor`: it waits for nobody and
  // changes nothing, and what goes wrong is a finding too. The schema is for schema() to tell.
  [[nodiscard]] virtual std::vector<Finding> diagnose() = 0;
};

// How every store behaves; each engine takes what it needs.
struct StoreOptions {
  double wait_s = 60;                    // for a lock
  unsigned threads = 0;                  // 0: all cores
  std::uint64_t memory_limit_bytes = 0;  // 0: the engine's choice
  // Loads will follow each other closely: the database may stay open, and others wait, for a moment after each of them.
  bool loads_follow = false;
  // Called once a wait that has lasted a second, with who is waited for: "process 7 is loading events 2021-04, since
  // …".
  std::function<void(const std::string& holder)> on_wait{};
};

}  // namespace weir
