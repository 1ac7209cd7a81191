#include "store/duckdb/duckdb_store.h"

#include <fmt/format.h>

#include "store/duckdb/database_file.h"
#include "store/duckdb/ledger.h"
#include "store/duckdb/load.h"
#include "store/duckdb/query.h"
#include "store/duckdb/rejected_rows.h"
#include "store/duckdb/rollup_table.h"
#include "store/duckdb/schema.h"
#include "store/timeline.h"

namespace weir {
namespace {

using duck::OpenDatabase;

class DuckDbStore final : public Store {
 public:
  DuckDbStore(std::string path, const StoreOptions& options) : file_(std::move(path), options) {}

  [[nodiscard]] std::string display_url() const override { return file_.display_url(); }
  [[nodiscard]] Result<SchemaStatus> schema() override;
  Status migrate() override;
  [[nodiscard]] Result<std::vector<Ingestion>> ledger() override;
  [[nodiscard]] Result<std::vector<RejectedRow>> rejected_rows(std::span<const std::int64_t> ingestion_ids,
                                                               std::optional<std::uint64_t> limit) override;
  [[nodiscard]] Result<std::unique_ptr<Load>> begin_load(const Slot& slot) override;
  Status drop(std::int64_t ingestion_id) override;
  [[nodiscard]] Result<Answers> answer(std::span<const Question* const> questions, const Filter& filter,
                                       const AnswerOptions& options) override;
  Status read_timeline(const TimelineRequest& request, const ReadTimeline& read) override;
  Status query(const QueryRequest& request, RowSink& sink) override;
  [[nodiscard]] std::vector<Finding> diagnose() override;

 private:
  [[nodiscard]] Result<std::shared_ptr<OpenDatabase>> open_current(const std::string& what);
  duck::DatabaseFile file_;
};

Result<std::shared_ptr<OpenDatabase>> DuckDbStore::open_current(const std::string& what) {
  WEIR_TRY_ASSIGN(auto database, file_.open_reading(what));
  WEIR_TRY(duck::check_schema(database->session(), what, database->where()));
  return database;
}

Result<SchemaStatus> DuckDbStore::schema() {
  WEIR_TRY_ASSIGN(const auto known, duck::known_migrations());
  if (!file_.exists()) return schema_status(known, {});
  WEIR_TRY_ASSIGN(const auto database, file_.open_reading("cannot read the schema of"));
  WEIR_TRY_ASSIGN(const auto applied, duck::applied_migrations(database->session()));
  return schema_status(known, applied);
}

Status DuckDbStore::migrate() {
  WEIR_TRY_ASSIGN(const auto database, file_.open_writing("cannot migrate", "migrating the schema", true));
  return duck::migrate(database->session(), database->where());
}

Result<std::vector<Ingestion>> DuckDbStore::ledger() {
  WEIR_TRY_ASSIGN(const auto database, open_current("cannot read the ledger of"));
  return duck::read_ledger(database->session());
}

Result<std::vector<RejectedRow>> DuckDbStore::rejected_rows(std::span<const std::int64_t> ingestion_ids,
                                                            std::optional<std::uint64_t> limit) {
  WEIR_TRY_ASSIGN(const auto database, open_current("cannot read the rejected rows of"));
  const duck::Session::Watch watch(database->session());
  return duck::read_rejected_rows(database->session(), ingestion_ids, limit);
}

Result<std::unique_ptr<Load>> DuckDbStore::begin_load(const Slot& slot) {
  const std::string purpose = fmt::format("loading {} {}", slot.source, to_string(slot.period));
  WEIR_TRY_ASSIGN(auto database, file_.open_loading("cannot load into", purpose));
  WEIR_TRY(duck::migrate(database->session(), database->where()));
  WEIR_TRY(duck::fail_interrupted(database->session()));
  return duck::make_load(std::move(database), slot);
}

Status DuckDbStore::drop(std::int64_t ingestion_id) {
  const char* what = "cannot drop";
  const std::string which = fmt::format("ingestion {} of {}", ingestion_id, file_.display_url());
  WEIR_TRY_ASSIGN(const auto database,
                  file_.open_writing(what, fmt::format("dropping ingestion {}", ingestion_id), false));
  duck::Session& session = database->session();
  WEIR_TRY(duck::check_schema(session, what, database->where()));
  WEIR_TRY_ASSIGN(const auto found, duck::read_ledger(session, "id = $1", {ingestion_id}));
  if (found.empty()) {
    return fail(ErrorKind::missing, what, which, "the ledger has no such ingestion",
                "`weir status` shows what is loaded");
  }
  if (found.front().status != IngestionStatus::loaded) {
    return fail(what, which, fmt::format("it is {}, not loaded", name_of(found.front().status)),
                "`weir status` shows what is loaded");
  }
  const duck::Session::Watch watch(session);
  WEIR_TRY_ASSIGN(duck::Transaction transaction, duck::Transaction::begin(session));
  WEIR_TRY(duck::take_out(session, ingestion_id, IngestionStatus::dropped));
  return transaction.commit();
}

Result<Store::Answers> DuckDbStore::answer(std::span<const Question* const> questions, const Filter& filter,
                                           const AnswerOptions& options) {
  WEIR_TRY_ASSIGN(const auto database, open_current("cannot answer from"));
  duck::Session& session = database->session();
  const duck::Session::Watch watch(session);
  WEIR_TRY_ASSIGN(duck::Transaction transaction, duck::Transaction::begin(session));
  WEIR_TRY_ASSIGN(auto loaded, duck::read_ledger(session, "status = 'loaded'"));
  const auto table = duck::rollup_table(session, database->where());
  WEIR_TRY_ASSIGN(Answers answers, rollups::answer(*table, questions, filter, options, std::move(loaded)));
  WEIR_TRY(transaction.commit());
  return answers;
}

Status DuckDbStore::read_timeline(const TimelineRequest& request, const ReadTimeline& read) {
  WEIR_TRY_ASSIGN(const auto database, open_current("cannot answer from"));
  duck::Session& session = database->session();
  const duck::Session::Watch watch(session);
  WEIR_TRY_ASSIGN(duck::Transaction transaction, duck::Transaction::begin(session));
  WEIR_TRY_ASSIGN(auto loaded, duck::read_ledger(session, "status = 'loaded'"));
  const auto table = duck::rollup_table(session, database->where());
  WEIR_TRY(rollups::read_timeline(*table, request, std::move(loaded), read));
  return transaction.commit();
}

Status DuckDbStore::query(const QueryRequest& request, RowSink& sink) {
  const char* what = "cannot query";
  WEIR_TRY_ASSIGN(const auto database, file_.open_confined(what));
  WEIR_TRY(duck::check_schema(database->session(), what, database->where()));
  return duck::query(database->session(), request, sink);
}

std::vector<Finding> DuckDbStore::diagnose() {
  return file_.diagnose();
}

}  // namespace

Result<std::unique_ptr<Store>> make_duckdb_store(std::string path, const StoreOptions& options) {
  return std::make_unique<DuckDbStore>(std::move(path), options);
}

bool has_duckdb() {
  return true;
}

}  // namespace weir
