#include "store/duckdb/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <thread>

#include "duckdb_queries.h"
#include "store/duckdb/event_feed.h"
#include "store/duckdb/ledger.h"
#include "store/duckdb/rejected_rows.h"
#include "store/duckdb/rollup_table.h"
#include "store/reject_spool.h"

namespace weir::duck {
namespace {

constexpr const char* load_what = "cannot load into";

class DuckDbLoad final : public Load {
 public:
  DuckDbLoad(std::shared_ptr<OpenDatabase> database, Slot slot, std::optional<Ingestion> current,
             std::vector<Period> loaded_periods)
      : database_(std::move(database)),
        slot_(std::move(slot)),
        current_(std::move(current)),
        loaded_periods_(std::move(loaded_periods)),
        rejects_(database_->temp_directory()) {}

  [[nodiscard]] const std::optional<Ingestion>& current() const override { return current_; }
  [[nodiscard]] const std::vector<Period>& loaded_periods() const override { return loaded_periods_; }
  Result<std::int64_t> start(const LoadRequest& request) override;
  Status append(EventScan& scan, unsigned threads) override;
  Status commit(const ScanSummary& summary) override;
  Status abort(const Error& error, const ScanSummary& so_far) override;

 private:
  enum class Step { created, started, appended, ended };

  [[nodiscard]] Status expect(Step step, const char* call) const;
  [[nodiscard]] Status check_sums(const ScanSummary& summary) const;
  Status record_failure(const std::string& text, const ScanSummary& so_far, std::span<const Reject> rejects);

  std::shared_ptr<OpenDatabase> database_;
  Slot slot_;
  std::optional<Ingestion> current_;
  std::vector<Period> loaded_periods_;
  RejectSpool rejects_;
  RollupCounter rollup_;
  Step step_ = Step::created;
  std::int64_t id_ = 0;
  std::int64_t started_at_us_ = 0;
  std::uint64_t rows_ = 0;
  std::optional<Transaction> transaction_;  // of the rows, from append() to commit() or abort()
};

Status DuckDbLoad::expect(Step step, const char* call) const {
  if (step_ == step) return {};
  return fail(load_what, database_->where(), fmt::format("{} was called out of turn", call),
              "this is a mistake in weir: report it");
}

Result<std::int64_t> DuckDbLoad::start(const LoadRequest& request) {
  WEIR_TRY(expect(Step::created, "start"));
  started_at_us_ = now_us();
  WEIR_TRY_ASSIGN(id_, start_ingestion(database_->session(), slot_, request, started_at_us_));
  step_ = Step::started;
  return id_;
}

Status DuckDbLoad::append(EventScan& scan, unsigned threads) {
  WEIR_TRY(expect(Step::started, "append"));
  step_ = Step::appended;
  Session& session = database_->session();
  EventFeed feed(scan, threads == 0 ? std::thread::hardware_concurrency() : threads, rejects_, rollup_);
  WEIR_TRY(feed.register_on(session, database_->feed_slot()));
  WEIR_TRY_ASSIGN(Transaction transaction, Transaction::begin(session));
  transaction_.emplace(std::move(transaction));
  const Session::Watch watch(session);
  // The former rows go first, in the same transaction: so the DELETE does not have to look at the new ones.
  if (current_) WEIR_TRY(take_out(session, current_->id, IngestionStatus::superseded));
  const Result<std::uint64_t> rows = session.query(duckdb_queries::load_events, {id_, Time{started_at_us_}});
  if (std::optional<Error> error = feed.error()) return tl::unexpected(std::move(*error));
  if (!rows) return tl::unexpected(rows.error());
  rows_ = *rows;
  return {};
}

// The ledger never says what the table does not hold.
Status DuckDbLoad::check_sums(const ScanSummary& summary) const {
  if (summary.rows_loaded == rows_ && summary.rows_rejected == rejects_.count() &&
      summary.rows_read == summary.rows_loaded + summary.rows_rejected) {
    return {};
  }
  return fail(load_what, database_->where(),
              fmt::format("the sums differ: read {}, loaded {}, rejected {}, but {} rows and {} rejects arrived",
                          summary.rows_read, summary.rows_loaded, summary.rows_rejected, rows_, rejects_.count()),
              "this is a mistake in weir: report it");
}

Status DuckDbLoad::commit(const ScanSummary& summary) {
  WEIR_TRY(expect(Step::appended, "commit"));
  WEIR_TRY(check_sums(summary));
  Session& session = database_->session();
  WEIR_TRY(write_rejected_rows(session, id_, rejects_));
  WEIR_TRY(finish_ingestion(session, id_, IngestionStatus::loaded, "", summary));
  WEIR_TRY_ASSIGN(const auto loaded, read_ledger(session, "status = 'loaded'"));
  WEIR_TRY(rollups::write_rollup(*rollup_table(session, database_->where()), id_, rollup_, loaded));
  WEIR_TRY(transaction_->commit());
  step_ = Step::ended;
  return {};
}

Status DuckDbLoad::record_failure(const std::string& text, const ScanSummary& so_far, std::span<const Reject> rejects) {
  Session& session = database_->session();
  WEIR_TRY_ASSIGN(Transaction transaction, Transaction::begin(session));
  WEIR_TRY(write_rejected_rows(session, id_, rejects));
  WEIR_TRY(finish_ingestion(session, id_, IngestionStatus::failed, text, so_far));
  return transaction.commit();
}

Status DuckDbLoad::abort(const Error& error, const ScanSummary& so_far) {
  if (step_ == Step::created || step_ == Step::ended) return expect(Step::appended, "abort");
  step_ = Step::ended;
  transaction_.reset();
  database_->close_after_this();
  ScanSummary known = so_far;
  known.rows_loaded = 0;  // whatever was on its way is undone
  known.first_day = no_day;
  known.last_day = no_day;
  // Where the disk is full the rejects may be lost, and then the reason is worth more than they are. The spool's room
  // is given back before anything is written.
  const std::vector<Reject> kept = rejects_.first(failed_rejects_kept).value_or(std::vector<Reject>());
  rejects_.close();
  const std::string text = facts_of(error);
  Status recorded = record_failure(text, known, kept);
  if (recorded) return {};
  // After a full disk DuckDB may refuse the session for good, and closing it gives back the room the rows took.
  if (Status reopened = database_->open_session(load_what); reopened) recorded = record_failure(text, known, kept);
  if (recorded) return {};
  Error both = error;
  both.why += fmt::format("; and the ledger could not record it, so ingestion {} will read as interrupted: {}", id_,
                          recorded.error().why);
  return tl::unexpected(std::move(both));
}

}  // namespace

Result<std::unique_ptr<Load>> make_load(std::shared_ptr<OpenDatabase> database, const Slot& slot) {
  WEIR_TRY_ASSIGN(auto loaded, read_ledger(database->session(), "status = 'loaded' AND source = $1", {slot.source}));
  std::optional<Ingestion> current;
  std::vector<Period> periods;
  for (Ingestion& ingestion : loaded) {
    periods.push_back(ingestion.slot.period);
    if (ingestion.slot.period == slot.period) current = std::move(ingestion);
  }
  std::ranges::sort(periods);
  return std::make_unique<DuckDbLoad>(std::move(database), slot, std::move(current), std::move(periods));
}

}  // namespace weir::duck
