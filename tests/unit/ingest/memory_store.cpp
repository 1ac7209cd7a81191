#include "memory_store.h"

#include <algorithm>
#include <utility>

#include "weir/progress.h"

namespace weir::ingest_tests {

class MemoryLoad final : public Load {
 public:
  MemoryLoad(MemoryStore& store, Slot slot) : store_(store), slot_(std::move(slot)) {
    store_.loading_ = true;
    for (const Ingestion& ingestion : store_.rows_of_ledger) {
      if (ingestion.slot.source != slot_.source || ingestion.status != IngestionStatus::loaded) continue;
      loaded_periods_.push_back(ingestion.slot.period);
      if (ingestion.slot == slot_) current_ = ingestion;
    }
    std::ranges::sort(loaded_periods_);
  }
  ~MemoryLoad() override { store_.loading_ = false; }

  [[nodiscard]] const std::optional<Ingestion>& current() const override { return current_; }
  [[nodiscard]] const std::vector<Period>& loaded_periods() const override { return loaded_periods_; }

  Result<std::int64_t> start(const LoadRequest& request) override {
    Ingestion row;
    row.id = id_ = static_cast<std::int64_t>(store_.rows_of_ledger.size()) + 1;
    row.slot = slot_;
    row.uri = request.uri;
    row.etag = request.etag;
    row.columns = request.columns;
    row.started_at_us = store_.now_us;
    row.weir_version = request.weir_version;
    row.psl_version = request.psl_version;
    store_.rows_of_ledger.push_back(row);
    return id_;
  }

  Status append(EventScan& scan, unsigned /*threads*/) override {
    const auto reader = scan.reader();
    EventBatch batch;
    while (true) {
      WEIR_TRY_ASSIGN(const bool more, reader->next(batch));
      if (!more) break;
      for (std::size_t row = 0; row < batch.rows; ++row) ids_.emplace_back(batch.id[row]);
      rejects_.insert(rejects_.end(), batch.rejects.begin(), batch.rejects.end());
    }
    if (store_.interrupts_when_appended) request_interrupt();
    return {};
  }

  Status commit(const ScanSummary& summary) override {
    if (store_.commit_refusal) return tl::unexpected(*store_.commit_refusal);
    if (summary.rows_loaded != ids_.size() || summary.rows_rejected != rejects_.size()) {
      return fail("cannot load into", "memory:", "the sums differ");
    }
    if (current_) {
      store_.ingestion(current_->id).status = IngestionStatus::superseded;
      store_.ids_loaded.erase(current_->id);
    }
    finish(IngestionStatus::loaded, "", summary);
    store_.ids_loaded[id_] = ids_;
    store_.rejects_kept[id_] = rejects_;
    return {};
  }

  Status abort(const Error& error, const ScanSummary& so_far) override {
    ScanSummary known = so_far;
    known.rows_loaded = 0;
    finish(IngestionStatus::failed, to_string(error), known);
    rejects_.resize(std::min(rejects_.size(), failed_rejects_kept));
    store_.rejects_kept[id_] = rejects_;
    return {};
  }

 private:
  void finish(IngestionStatus status, std::string error, const ScanSummary& summary) {
    store_.now_us += 1'000'000;
    Ingestion& row = store_.ingestion(id_);
    row.status = status;
    row.error = std::move(error);
    row.content_hash = summary.content_hash;
    row.bytes = summary.bytes;
    row.rows_read = summary.rows_read;
    row.rows_loaded = summary.rows_loaded;
    row.rows_rejected = summary.rows_rejected;
    row.first_day = summary.first_day;
    row.last_day = summary.last_day;
    row.finished_at_us = store_.now_us;
  }

  MemoryStore& store_;
  Slot slot_;
  std::optional<Ingestion> current_;
  std::vector<Period> loaded_periods_;
  std::int64_t id_ = 0;
  std::vector<std::string> ids_;
  std::vector<Reject> rejects_;
};

std::vector<std::string> MemoryStore::visible_ids() const {
  std::vector<std::string> all;
  for (const auto& [ingestion, ids] : ids_loaded) all.insert(all.end(), ids.begin(), ids.end());
  std::ranges::sort(all);
  return all;
}

std::string MemoryStore::story() const {
  std::string words;
  for (const Ingestion& row : rows_of_ledger) words += (words.empty() ? "" : " ") + std::string(name_of(row.status));
  return words;
}

Result<SchemaStatus> MemoryStore::schema() {
  return SchemaStatus{exists, exists ? 1 : 0, 1, {}};
}

Status MemoryStore::migrate() {
  exists = true;
  return {};
}

Result<std::vector<Ingestion>> MemoryStore::ledger() {
  if (!exists) return fail(ErrorKind::missing, "cannot read the ledger of", "memory:", "there is no database");
  if (loading_) return fail("cannot read the ledger of", "memory:", "a load is open");
  return rows_of_ledger;
}

Result<std::vector<RejectedRow>> MemoryStore::rejected_rows(std::span<const std::int64_t> ingestion_ids,
                                                            std::optional<std::uint64_t> limit) {
  std::vector<RejectedRow> rows;
  for (const std::int64_t id : ingestion_ids) {
    for (const Reject& reject : rejects_kept[id]) {
      if (!limit || rows.size() < *limit) rows.push_back({id, reject});
    }
  }
  return rows;
}

Result<std::unique_ptr<Load>> MemoryStore::begin_load(const Slot& slot) {
  if (slot_refusal) return tl::unexpected(*slot_refusal);
  if (loading_) return fail("cannot load into", "memory:", "another load is open");
  exists = true;
  if (loaded_while_waiting) {
    loaded_while_waiting->id = static_cast<std::int64_t>(rows_of_ledger.size()) + 1;
    rows_of_ledger.push_back(*std::exchange(loaded_while_waiting, std::nullopt));
  }
  return std::make_unique<MemoryLoad>(*this, slot);
}

Status MemoryStore::drop(std::int64_t ingestion_id) {
  ingestion(ingestion_id).status = IngestionStatus::dropped;
  ids_loaded.erase(ingestion_id);
  return {};
}

Result<Store::Answers> MemoryStore::answer(std::span<const Question* const> /*questions*/, const Filter& /*filter*/,
                                           const AnswerOptions& /*options*/) {
  return fail("cannot answer from", "memory:", "it keeps the id column only");
}

Status MemoryStore::read_timeline(const TimelineRequest& /*request*/, const ReadTimeline& /*read*/) {
  return fail("cannot answer from", "memory:", "it keeps the id column only");
}

Status MemoryStore::query(const QueryRequest& /*request*/, RowSink& /*sink*/) {
  return fail("cannot query", "memory:", "it speaks no SQL");
}

std::vector<Finding> MemoryStore::diagnose() {
  return {{Verdict::ok, "database", "memory:", "", false}};
}

}  // namespace weir::ingest_tests
