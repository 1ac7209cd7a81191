#include "store/postgres/load.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <span>
#include <thread>

#include "postgres_queries.h"
#include "store/postgres/copy_feed.h"
#include "store/postgres/ledger.h"
#include "store/postgres/rejected_rows.h"
#include "store/postgres/rollup_table.h"
#include "store/postgres/wire.h"
#include "store/reject_spool.h"
#include "weir/progress.h"

namespace weir::postgres {
namespace {

constexpr std::chrono::seconds recovery_limit{5};
constexpr std::chrono::milliseconds recovery_poll{250};

// Where rejects are spilled; the file has no name there.
std::string temp_directory() {
  std::error_code error;
  const std::filesystem::path directory = std::filesystem::temp_directory_path(error);
  return error ? "/tmp" : directory.string();
}

class PostgresLoad final : public Load {
 public:
  PostgresLoad(Address address, std::unique_ptr<AdvisoryLock> lock, Slot slot, std::optional<Ingestion> current,
               std::vector<Period> loaded_periods)
      : address_(std::move(address)),
        lock_(std::move(lock)),
        slot_(std::move(slot)),
        current_(std::move(current)),
        loaded_periods_(std::move(loaded_periods)),
        rejects_(temp_directory()) {}

  [[nodiscard]] const std::optional<Ingestion>& current() const override { return current_; }
  [[nodiscard]] const std::vector<Period>& loaded_periods() const override { return loaded_periods_; }
  Result<std::int64_t> start(const LoadRequest& request) override;
  Status append(EventScan& scan, unsigned threads) override;
  Status commit(const ScanSummary& summary) override;
  Status abort(const Error& error, const ScanSummary& so_far) override;

 private:
  enum class Step { created, started, appended, ended };

  [[nodiscard]] Session& ledger() { return lock_->session(); }
  [[nodiscard]] Result<std::unique_ptr<Session>> open_session(OnInterrupt on_interrupt);
  [[nodiscard]] Status expect(Step step, const char* call);
  [[nodiscard]] Status check_sums(const ScanSummary& summary);
  Status add_partition(const std::string& partition);
  Result<std::uint64_t> copy_events(const std::string& partition, EventScan& scan, unsigned threads);
  Status write_rollup();
  [[nodiscard]] Result<std::unique_ptr<Session>> reopen();
  Status settle(Error error);
  Status record_failure(Session& session, const std::string& text, const ScanSummary& so_far,
                        std::span<const Reject> rejects);

  Address address_;
  std::unique_ptr<AdvisoryLock> lock_;  // its connection also writes the ledger
  Slot slot_;
  std::optional<Ingestion> current_;
  std::vector<Period> loaded_periods_;
  RejectSpool rejects_;
  RollupCounter rollup_;
  Step step_ = Step::created;
  std::int64_t id_ = 0;
  std::int64_t started_at_us_ = 0;
  std::uint64_t rows_ = 0;
  std::unique_ptr<Session> data_;           // of the rows, from append() on
  std::optional<Transaction> transaction_;  // on it, from append() to commit() or abort()
};

Result<std::unique_ptr<Session>> PostgresLoad::open_session(OnInterrupt on_interrupt) {
  return Session::open(address_,
                       fmt::format("weir[{}] rows of {} {}", ::getpid(), slot_.source, to_string(slot_.period)),
                       ledger().what(), on_interrupt);
}

Status PostgresLoad::expect(Step step, const char* call) {
  if (step_ == step) return {};
  return fail(ledger().what(), ledger().where(), fmt::format("{} was called out of turn", call),
              "this is a mistake in weir: report it");
}

Result<std::int64_t> PostgresLoad::start(const LoadRequest& request) {
  WEIR_TRY(expect(Step::created, "start"));
  started_at_us_ = now_us();
  WEIR_TRY_ASSIGN(id_, start_ingestion(ledger(), slot_, request, started_at_us_));
  step_ = Step::started;
  return id_;
}

Status PostgresLoad::add_partition(const std::string& partition) {
  bool there = false;
  WEIR_TRY(
      data_->query(postgres_queries::partition_there, {partition}, [&](const Row& row) { there = row.boolean(0); }));
  if (there) return {};
  const std::string month = format_day(month_of(slot_.period));
  return data_->execute(fill_template(postgres_queries::add_partition, {{"partition", partition}, {"month", month}}));
}

Result<std::uint64_t> PostgresLoad::copy_events(const std::string& partition, EventScan& scan, unsigned threads) {
  WEIR_TRY(data_->copy_begin(fill_template(postgres_queries::copy_events, {{"partition", partition}})));
  const std::string tail = copy_tail(id_);
  const auto put = [&](std::string_view bytes) { return data_->copy_put(bytes); };
  const unsigned readers = threads == 0 ? std::thread::hardware_concurrency() : threads;
  Result<std::uint64_t> fed = feed_copy(scan, readers, rejects_, rollup_, tail, put);
  if (!fed) {
    data_->copy_cancel();
    return fed;
  }
  return data_->copy_end();
}

Status PostgresLoad::append(EventScan& scan, unsigned threads) {
  WEIR_TRY(expect(Step::started, "append"));
  step_ = Step::appended;
  WEIR_TRY_ASSIGN(data_, open_session(OnInterrupt::stop));
  const std::string partition = fmt::format("event_rows_{:04}_{:02}", slot_.period.year, slot_.period.month);
  WEIR_TRY(add_partition(partition));
  WEIR_TRY_ASSIGN(Transaction transaction, Transaction::begin(*data_, Transaction::Kind::write));
  transaction_.emplace(std::move(transaction));
  WEIR_TRY_ASSIGN(rows_, copy_events(partition, scan, threads));
  return {};
}

// The ledger never says what the table does not hold.
Status PostgresLoad::check_sums(const ScanSummary& summary) {
  if (summary.rows_loaded == rows_ && summary.rows_rejected == rejects_.count() &&
      summary.rows_read == summary.rows_loaded + summary.rows_rejected) {
    return {};
  }
  return fail(ledger().what(), ledger().where(),
              fmt::format("the sums differ: read {}, loaded {}, rejected {}, but {} rows and {} rejects arrived",
                          summary.rows_read, summary.rows_loaded, summary.rows_rejected, rows_, rejects_.count()),
              "this is a mistake in weir: report it");
}

Status PostgresLoad::commit(const ScanSummary& summary) {
  WEIR_TRY(expect(Step::appended, "commit"));
  WEIR_TRY(check_sums(summary));
  if (current_) WEIR_TRY(take_out(*data_, *current_, IngestionStatus::superseded));
  WEIR_TRY(write_rejected_rows(*data_, id_, rejects_));
  WEIR_TRY(finish_ingestion(*data_, id_, IngestionStatus::loaded, "", summary));
  WEIR_TRY(write_rollup());
  Status committed = transaction_->commit();
  transaction_.reset();
  if (!committed) WEIR_TRY(settle(std::move(committed).error()));
  step_ = Step::ended;
  return {};
}

Status PostgresLoad::write_rollup() {
  WEIR_TRY_ASSIGN(const auto loaded, read_ledger(*data_, "status = 'loaded'"));
  return rollups::write_rollup(*rollup_table(*data_, data_->where()), id_, rollup_, loaded);
}

// After a loss, which may have been of the network alone. A server that has crashed needs a moment to recover.
Result<std::unique_ptr<Session>> PostgresLoad::reopen() {
  const auto deadline = std::chrono::steady_clock::now() + recovery_limit;
  for (;;) {
    auto session = open_session(OnInterrupt::finish);
    if (session) (*session)->wind_down();
    if (session || interrupted() || std::chrono::steady_clock::now() >= deadline) return session;
    std::this_thread::sleep_for(recovery_poll);
  }
}

// A connection that was lost during COMMIT does not tell whether that had reached the server; the ledger does.
Status PostgresLoad::settle(Error error) {
  const auto session = reopen();
  if (!session) {
    error.why += "; whether it was committed could not be asked";
    error.next = "`weir status` tells, when the server is back; running it again is safe";
    return tl::unexpected(std::move(error));
  }
  WEIR_TRY_ASSIGN(const auto found, read_ledger(**session, "id = $1 AND status = 'loaded'", {id_}));
  return found.empty() ? Status(tl::unexpected(std::move(error))) : Status{};
}

Status PostgresLoad::record_failure(Session& session, const std::string& text, const ScanSummary& so_far,
                                    std::span<const Reject> rejects) {
  WEIR_TRY_ASSIGN(Transaction transaction, Transaction::begin(session, Transaction::Kind::write));
  WEIR_TRY(write_rejected_rows(session, id_, rejects));
  WEIR_TRY(finish_ingestion(session, id_, IngestionStatus::failed, text, so_far));
  return transaction.commit();
}

Status PostgresLoad::abort(const Error& error, const ScanSummary& so_far) {
  if (step_ == Step::created || step_ == Step::ended) return expect(Step::appended, "abort");
  step_ = Step::ended;
  transaction_.reset();
  data_.reset();
  ScanSummary known = so_far;
  known.rows_loaded = 0;  // whatever was on its way is undone
  known.first_day = no_day;
  known.last_day = no_day;
  // Where the temporary directory is full the rejects may be lost, and then the reason is worth more than they are.
  const std::vector<Reject> kept = rejects_.first(failed_rejects_kept).value_or(std::vector<Reject>());
  rejects_.close();
  const std::string text = facts_of(error);
  ledger().wind_down();
  Status recorded = record_failure(ledger(), text, known, kept);
  // The server's disk may have no room for the rejects.
  if (!recorded && ledger().alive() && !kept.empty()) recorded = record_failure(ledger(), text, known, {});
  if (recorded) return {};
  if (!ledger().alive()) {
    if (const auto session = reopen(); session) recorded = record_failure(**session, text, known, kept);
  }
  if (recorded) return {};
  Error both = error;
  both.why += fmt::format("; and the ledger could not record it, so ingestion {} will read as interrupted: {}", id_,
                          recorded.error().why);
  return tl::unexpected(std::move(both));
}

}  // namespace

Result<std::unique_ptr<AdvisoryLock>> lock_slot(const Address& address, const StoreOptions& options, const Slot& slot,
                                                const std::string& verb, const std::string& what) {
  Period month = slot.period;
  month.day = 0;
  std::vector<LockKey> keys;
  if (slot.period != month) {
    keys.push_back({postgres_queries::lock_key_of_slot, {slot.source, to_string(month)}, LockMode::shared});
  }
  keys.push_back({postgres_queries::lock_key_of_slot, {slot.source, to_string(slot.period)}, LockMode::exclusive});
  return AdvisoryLock::acquire(
      address, options, {std::move(keys), fmt::format("{} {} {}", verb, slot.source, to_string(slot.period)), what});
}

Result<std::unique_ptr<Load>> make_load(const Address& address, std::unique_ptr<AdvisoryLock> lock, const Slot& slot) {
  WEIR_TRY(fail_interrupted(lock->session(), slot));
  WEIR_TRY_ASSIGN(auto loaded, read_ledger(lock->session(), "status = 'loaded' AND source = $1", {slot.source}));
  std::optional<Ingestion> current;
  std::vector<Period> periods;
  for (Ingestion& ingestion : loaded) {
    periods.push_back(ingestion.slot.period);
    if (ingestion.slot.period == slot.period) current = std::move(ingestion);
  }
  std::ranges::sort(periods);
  return std::make_unique<PostgresLoad>(address, std::move(lock), slot, std::move(current), std::move(periods));
}

}  // namespace weir::postgres
