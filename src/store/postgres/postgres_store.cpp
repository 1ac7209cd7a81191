#include "store/postgres/postgres_store.h"

#include <fmt/format.h>
#include <unistd.h>

#include "store/postgres/advisory_lock.h"
#include "store/postgres/diagnosis.h"
#include "store/postgres/ledger.h"
#include "store/postgres/load.h"
#include "store/postgres/query.h"
#include "store/postgres/rejected_rows.h"
#include "store/postgres/rollup_table.h"
#include "store/postgres/schema.h"
#include "store/timeline.h"

namespace weir {
namespace {

using postgres::Session;
using postgres::Transaction;

class PostgresStore final : public Store {
 public:
  PostgresStore(postgres::Address address, StoreOptions options)
      : address_(std::move(address)), options_(std::move(options)) {}

  [[nodiscard]] std::string display_url() const override { return address_.display; }
  [[nodiscard]] Result<SchemaStatus> schema() override;
  Status migrate() override;
  [[nodiscard]] Result<std::vector<Ingestion>> ledger() override;
  [[nodiscard]] Result<std::vector<RejectedRow>> rejected_rows(std::span<const std::int64_t> ingestion_ids,
                                                               std::optional<std::uint64_t> limit) override;
  [[nodiscard]] Result<std::unique_ptr<Load>> begin_load(const Slot& slot) override;
  [[nodiscard]] bool loads_side_by_side() const override { return true; }
  Status drop(std::int64_t ingestion_id) override;
  [[nodiscard]] Result<Answers> answer(std::span<const Question* const> questions, const Filter& filter,
                                       const AnswerOptions& options) override;
  Status read_timeline(const TimelineRequest& request, const ReadTimeline& read) override;
  Status query(const QueryRequest& request, RowSink& sink) override;
  [[nodiscard]] std::vector<Finding> diagnose() override;

 private:
  [[nodiscard]] Result<std::unique_ptr<Session>> open(const std::string& what) const;
  [[nodiscard]] Result<std::unique_ptr<Session>> open_current(const std::string& what) const;
  postgres::Address address_;
  StoreOptions options_;
};

Result<std::unique_ptr<Session>> PostgresStore::open(const std::string& what) const {
  return Session::open(address_, fmt::format("weir[{}]", ::getpid()), what, postgres::OnInterrupt::stop);
}

Result<std::unique_ptr<Session>> PostgresStore::open_current(const std::string& what) const {
  WEIR_TRY_ASSIGN(auto session, open(what));
  WEIR_TRY(postgres::check_schema(*session));
  return session;
}

Result<SchemaStatus> PostgresStore::schema() {
  WEIR_TRY_ASSIGN(const auto known, postgres::known_migrations());
  WEIR_TRY_ASSIGN(const auto session, open("cannot read the schema of"));
  WEIR_TRY_ASSIGN(const auto applied, postgres::applied_migrations(*session));
  return schema_status(known, applied);
}

Status PostgresStore::migrate() {
  WEIR_TRY_ASSIGN(const auto session, open("cannot migrate"));
  return postgres::migrate(address_, options_, *session);
}

Result<std::vector<Ingestion>> PostgresStore::ledger() {
  WEIR_TRY_ASSIGN(const auto session, open_current("cannot read the ledger of"));
  return postgres::read_ledger(*session);
}

Result<std::vector<RejectedRow>> PostgresStore::rejected_rows(std::span<const std::int64_t> ingestion_ids,
                                                              std::optional<std::uint64_t> limit) {
  WEIR_TRY_ASSIGN(const auto session, open_current("cannot read the rejected rows of"));
  return postgres::read_rejected_rows(*session, ingestion_ids, limit);
}

Result<std::unique_ptr<Load>> PostgresStore::begin_load(const Slot& slot) {
  WEIR_TRY_ASSIGN(auto lock, postgres::lock_slot(address_, options_, slot, "loading", "cannot load into"));
  WEIR_TRY(postgres::migrate(address_, options_, lock->session()));
  return postgres::make_load(address_, std::move(lock), slot);
}

Status PostgresStore::drop(std::int64_t ingestion_id) {
  const char* what = "cannot drop";
  const std::string which = fmt::format("ingestion {} of {}", ingestion_id, address_.display);
  WEIR_TRY_ASSIGN(const auto session, open_current(what));
  WEIR_TRY_ASSIGN(const auto found, postgres::read_ledger(*session, "id = $1", {ingestion_id}));
  if (found.empty()) {
    return fail(ErrorKind::missing, what, which, "the ledger has no such ingestion",
                "`weir status` shows what is loaded");
  }
  const Slot& slot = found.front().slot;
  WEIR_TRY_ASSIGN(const auto lock, postgres::lock_slot(address_, options_, slot, "dropping", what));
  // A load that was waited for may have replaced it.
  WEIR_TRY_ASSIGN(const auto now, postgres::read_ledger(*session, "id = $1", {ingestion_id}));
  if (now.front().status != IngestionStatus::loaded) {
    return fail(what, which, fmt::format("it is {}, not loaded", name_of(now.front().status)),
                "`weir status` shows what is loaded");
  }
  WEIR_TRY_ASSIGN(Transaction transaction, Transaction::begin(*session, Transaction::Kind::write));
  WEIR_TRY(postgres::take_out(*session, now.front(), IngestionStatus::dropped));
  return transaction.commit();
}

Result<Store::Answers> PostgresStore::answer(std::span<const Question* const> questions, const Filter& filter,
                                             const AnswerOptions& options) {
  WEIR_TRY_ASSIGN(const auto session, open_current("cannot answer from"));
  WEIR_TRY_ASSIGN(Transaction transaction, Transaction::begin(*session, Transaction::Kind::snapshot));
  WEIR_TRY_ASSIGN(auto loaded, postgres::read_ledger(*session, "status = 'loaded'"));
  const auto table = postgres::rollup_table(*session, address_.display);
  WEIR_TRY_ASSIGN(Answers answers, rollups::answer(*table, questions, filter, options, std::move(loaded)));
  WEIR_TRY(transaction.commit());
  return answers;
}

Status PostgresStore::read_timeline(const TimelineRequest& request, const ReadTimeline& read) {
  WEIR_TRY_ASSIGN(const auto session, open_current("cannot answer from"));
  WEIR_TRY_ASSIGN(Transaction transaction, Transaction::begin(*session, Transaction::Kind::snapshot));
  WEIR_TRY_ASSIGN(auto loaded, postgres::read_ledger(*session, "status = 'loaded'"));
  const auto table = postgres::rollup_table(*session, address_.display);
  WEIR_TRY(rollups::read_timeline(*table, request, std::move(loaded), read));
  return transaction.commit();
}

Status PostgresStore::query(const QueryRequest& request, RowSink& sink) {
  WEIR_TRY_ASSIGN(const auto session, open_current("cannot query"));
  return postgres::query(*session, request, sink);
}

std::vector<Finding> PostgresStore::diagnose() {
  return postgres::diagnose(address_);
}

}  // namespace

Result<std::unique_ptr<Store>> make_postgres_store(const std::string& url, StoreOptions options) {
  WEIR_TRY_ASSIGN(postgres::Address address, postgres::parse_address(url));
  return std::make_unique<PostgresStore>(std::move(address), std::move(options));
}

}  // namespace weir
