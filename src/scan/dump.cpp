#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <new>
#include <optional>
#include <utility>

#include "clean/clean.h"
#include "parquet/parquet_dump.h"
#include "scan/columns.h"
#include "scan/scan.h"
#include "scan/stored_parquet.h"

namespace weir {
namespace {

// What the streams below a dump find out about its stored bytes. `content_hash` is written once, before the end of the
// plain bytes is seen.
struct StoredFacts {
  std::atomic<std::uint64_t> bytes{0};
  std::string content_hash;
  std::unique_ptr<scanning::StoredParquet> parquet;  // where it is one
};

// Progress may be that of several dumps; this counts one dump's bytes.
class CountedStream final : public ByteStream {
 public:
  CountedStream(std::unique_ptr<ByteStream> inner, std::atomic<std::uint64_t>& bytes)
      : inner_(std::move(inner)), bytes_(bytes) {}
  Result<std::size_t> read(std::span<char> buffer) override {
    WEIR_TRY_ASSIGN(const std::size_t got, inner_->read(buffer));
    bytes_.fetch_add(got, std::memory_order_relaxed);
    return got;
  }
  [[nodiscard]] const Object& object() const override { return inner_->object(); }
  [[nodiscard]] std::string reopening_path() const override { return inner_->reopening_path(); }

 private:
  std::unique_ptr<ByteStream> inner_;
  std::atomic<std::uint64_t>& bytes_;
};

class RowScan final : public Dump {
 public:
  RowScan(Object object, FieldSet wanted, Progress* progress, std::unique_ptr<StoredFacts> stored,
          std::unique_ptr<RowDump> rows, const ColumnBinding& binding)
      : object_(std::move(object)),
        wanted_(wanted),
        progress_(progress),
        stored_(std::move(stored)),
        rows_(std::move(rows)),
        binding_(binding),
        selected_(Cleaner::columns_for(wanted, binding)),
        unused_(scanning::unused_columns(rows_->columns(), binding)) {
    rows_->select(selected_);
    rows_->admit_types(Cleaner::own_column(Field::timestamp, binding), Cleaner::own_column(Field::tags, binding));
    rows_->judge_by(Cleaner::columns_for(all_fields, binding));
  }

  const Object& object() const override { return object_; }
  const ColumnBinding& binding() const override { return binding_; }
  const std::vector<std::string>& columns() const override { return rows_->columns(); }
  const std::vector<std::string>& unused_columns() const override { return unused_; }
  std::vector<Field> absent_fields() const override { return scanning::absent_fields(binding_); }

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

  const Object object_;
  const FieldSet wanted_;
  Progress* const progress_;
  const std::unique_ptr<StoredFacts> stored_;  // outlives rows_, whose streams write it
  const std::unique_ptr<RowDump> rows_;
  const ColumnBinding binding_;
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
        rows_reader_(scan.rows_->reader()),
        cleaner_(with_day(scan.wanted_), scan.binding_, scan.selected_) {}

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
      return fail("cannot read", scan_.object_.uri, "out of memory", "use fewer threads, or raise the memory limit");
    } catch (const std::exception& error) {
      return fail("cannot read", scan_.object_.uri, error.what());
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
  if (binding_.carries(Field::timestamp) && batch.rows > 0) {
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
  if (!ended_) return fail("cannot sum up", object_.uri, "it was not read to its end");
  ScanSummary summary = sum_;
  summary.rows_read = summary.rows_loaded + summary.rows_rejected;
  summary.bytes = stored_->bytes.load(std::memory_order_relaxed);
  summary.content_hash = stored_->content_hash;
  summary.columns = rows_->columns();
  return summary;
}

Result<std::unique_ptr<RowDump>> open_rows(std::unique_ptr<ByteStream> stored, const ScanOptions& options,
                                           Progress* progress, StoredFacts& facts) {
  const std::string uri = stored->object().uri;
  auto counted = std::make_unique<CountedStream>(std::move(stored), facts.bytes);
  WEIR_TRY_ASSIGN(Decompressed plain,
                  decompress(std::move(counted), progress, options.hash_content ? &facts.content_hash : nullptr));
  if (!plain.is_parquet) return CsvDump::open(std::move(plain.bytes), options.csv);
  WEIR_TRY_ASSIGN(facts.parquet,
                  scanning::StoredParquet::open(std::move(plain.bytes), options.hash_content, facts.bytes, progress));
  return open_parquet(facts.parquet->path(), uri, [parquet = facts.parquet.get()](auto rows, auto rows_total) {
    return parquet->rows_read(rows, rows_total);
  });
}

}  // namespace

Result<std::unique_ptr<Dump>> open_dump(std::unique_ptr<ByteStream> stored, const ScanOptions& options,
                                        Progress* progress) {
  Object object = stored->object();
  if (progress != nullptr) progress->bytes_total.fetch_add(object.bytes.value_or(0), std::memory_order_relaxed);
  auto facts = std::make_unique<StoredFacts>();
  WEIR_TRY_ASSIGN(auto rows, open_rows(std::move(stored), options, progress, *facts));
  const std::vector<std::string>& columns = rows->columns();
  WEIR_TRY_ASSIGN(const ColumnBinding binding, scanning::bind_columns(columns, options.columns, object.uri));
  if (options.require_timestamp && !binding.carries(Field::timestamp)) {
    return tl::unexpected<Error>(scanning::no_timestamp_error(columns, options.columns, object.uri));
  }
  if (scanning::absent_fields(binding).size() == stored_field_count) {
    return tl::unexpected<Error>(scanning::no_field_error(columns, object.uri));
  }
  return std::make_unique<RowScan>(std::move(object), options.wanted, progress, std::move(facts), std::move(rows),
                                   binding);
}

Result<std::unique_ptr<Dump>> open_dump(Sources& sources, const std::string& uri, const ScanOptions& options,
                                        Progress* progress) {
  WEIR_TRY_ASSIGN(auto stored, sources.open(uri));
  return open_dump(std::move(stored), options, progress);
}

}  // namespace weir
