#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <new>
#include <optional>
#include <utility>

#include "clean/clean.h"
#include "scan/columns.h"
#include "scan/scan.h"
#include "scan/stored_rows.h"

namespace weir {
namespace {

class RowScan final : public Dump {
 public:
  RowScan(FieldSet wanted, Progress* progress, std::unique_ptr<scanning::StoredRows> stored)
      : wanted_(wanted),
        progress_(progress),
        stored_(std::move(stored)),
        selected_(Cleaner::columns_for(wanted, binding())),
        unused_(scanning::unused_columns(columns(), binding())) {
    stored_->rows->select(selected_);
    stored_->rows->admit_types(Cleaner::own_column(Field::timestamp, binding()),
                               Cleaner::own_column(Field::tags, binding()));
    stored_->rows->judge_by(Cleaner::columns_for(all_fields, binding()));
  }

  const Object& object() const override { return stored_->object; }
  const ColumnBinding& binding() const override { return stored_->binding; }
  const std::vector<std::string>& columns() const override { return stored_->rows->columns(); }
  const std::vector<std::string>& unused_columns() const override { return unused_; }
  std::vector<Field> absent_fields() const override { return scanning::absent_fields(binding()); }

  std::unique_ptr<EventReader> reader() override;
  Result<ScanSummary> summary() const override;

 private:
  friend class DumpReader;

  // Of one reader's batch, whose days are filled.
  void add(const EventBatch& batch);
  void end() {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
  }
  void give_up(const Error& error) {
    const std::scoped_lock lock(mutex_);
    if (!failure_) failure_ = error;
  }

  const FieldSet wanted_;
  Progress* const progress_;
  const std::unique_ptr<scanning::StoredRows> stored_;
  const std::vector<int> selected_;
  const std::vector<std::string> unused_;

  mutable std::mutex mutex_;
  ScanSummary sum_;  // rows and days so far
  bool ended_ = false;
  std::optional<Error> failure_;
};

class DumpReader final : public EventReader {
 public:
  explicit DumpReader(RowScan& scan)
      : scan_(scan),
        rows_reader_(scan.stored_->rows->reader()),
        cleaner_(with_day(scan.wanted_), scan.binding(), scan.selected_) {}

  Result<bool> next(EventBatch& batch) override {
    Result<bool> more = guarded(batch);
    if (!more) {
      scan_.give_up(more.error());
    } else if (!*more) {
      scan_.end();
    }
    return more;
  }

 private:
  // The summary needs the days, whoever else does.
  static FieldSet with_day(FieldSet fields) {
    fields.insert(Field::day);
    return fields;
  }

  Result<bool> guarded(EventBatch& batch) {
    try {
      return read(batch);
    } catch (const std::bad_alloc&) {
      return fail("cannot read", scan_.object().uri, "out of memory", "use fewer threads, or raise the memory limit");
    } catch (const std::exception& error) {
      return fail("cannot read", scan_.object().uri, error.what());
    }
  }

  Result<bool> read(EventBatch& batch) {
    WEIR_TRY_ASSIGN(const bool more, rows_reader_->next(rows_));
    if (!more) return false;
    cleaner_.clean(rows_, batch);
    scan_.add(batch);
    if (!scan_.wanted_.contains(Field::day)) batch.day.clear();
    return true;
  }

  RowScan& scan_;
  std::unique_ptr<RowReader> rows_reader_;
  Cleaner cleaner_;
  RowBatch rows_;
};

void RowScan::add(const EventBatch& batch) {
  DayNumber first = no_day;
  DayNumber last = no_day;
  // Where there is a timestamp every row has a day; where there is none, no row has.
  if (binding().carries(Field::timestamp) && batch.rows > 0) {
    const auto [least, greatest] = std::minmax_element(batch.day.begin(), batch.day.end());
    first = *least;
    last = *greatest;
  }
  if (progress_ != nullptr) {
    progress_->rows_read.fetch_add(batch.rows + batch.rejects.size(), std::memory_order_relaxed);
  }
  const std::scoped_lock lock(mutex_);
  sum_.rows_loaded += batch.rows;
  sum_.rows_rejected += batch.rejects.size();
  if (first == no_day) return;
  sum_.first_day = sum_.first_day == no_day ? first : std::min(sum_.first_day, first);
  sum_.last_day = std::max(sum_.last_day, last);  // no_day is less than any day
}

std::unique_ptr<EventReader> RowScan::reader() {
  return std::make_unique<DumpReader>(*this);
}

Result<ScanSummary> RowScan::summary() const {
  const std::scoped_lock lock(mutex_);
  if (failure_) return tl::unexpected<Error>(*failure_);
  if (!ended_) return fail("cannot sum up", object().uri, "it was not read to its end");
  ScanSummary summary = sum_;
  summary.rows_read = summary.rows_loaded + summary.rows_rejected;
  summary.bytes = stored_->bytes.load(std::memory_order_relaxed);
  summary.content_hash = stored_->content_hash;
  summary.columns = columns();
  return summary;
}

}  // namespace

Result<std::unique_ptr<Dump>> open_dump(std::unique_ptr<ByteStream> stored, const ScanOptions& options,
                                        Progress* progress) {
  WEIR_TRY_ASSIGN(auto rows, scanning::StoredRows::open(std::move(stored), options, progress));
  return std::make_unique<RowScan>(options.wanted, progress, std::move(rows));
}

Result<std::unique_ptr<Dump>> open_dump(Sources& sources, const std::string& uri, const ScanOptions& options,
                                        Progress* progress) {
  WEIR_TRY_ASSIGN(auto stored, sources.open(uri));
  return open_dump(std::move(stored), options, progress);
}

}  // namespace weir
