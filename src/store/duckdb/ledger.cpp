#include "store/duckdb/ledger.h"

#include <chrono>

#include "duckdb_queries.h"
#include "store/duckdb/rollup_table.h"
#include "store/status.h"

namespace weir::duck {
namespace {

Value count(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

std::uint64_t counted(const Row& row, std::size_t column) {
  return static_cast<std::uint64_t>(row.integer(column));
}

Ingestion ingestion_of(const Row& row) {
  Ingestion ingestion;
  ingestion.id = row.integer(0);
  ingestion.slot = {std::string(row.text(1)), parse_period(row.text(2)).value_or(Period{})};
  ingestion.uri = row.text(3);
  ingestion.etag = row.text(4);
  ingestion.content_hash = row.text(5);
  ingestion.bytes = counted(row, 6);
  ingestion.columns = row.texts(7);
  ingestion.rows_read = counted(row, 8);
  ingestion.rows_loaded = counted(row, 9);
  ingestion.rows_rejected = counted(row, 10);
  ingestion.first_day = row.day(11);
  ingestion.last_day = row.day(12);
  ingestion.status = ingestion_status_named(row.text(13)).value_or(IngestionStatus::failed);
  ingestion.error = row.text(14);
  ingestion.started_at_us = row.time_us(15).value_or(0);
  ingestion.finished_at_us = row.time_us(16);
  ingestion.weir_version = row.text(17);
  ingestion.psl_version = row.text(18);
  if (ingestion.status == IngestionStatus::loading) {
    ingestion.status = IngestionStatus::failed;
    ingestion.error = interrupted_text;
  }
  return ingestion;
}

}  // namespace

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Result<std::vector<Ingestion>> read_ledger(Session& session, std::string_view where,
                                           const std::vector<Value>& parameters) {
  std::vector<Ingestion> ledger;
  WEIR_TRY(session.query(fill_template(duckdb_queries::ledger, {{"where", where}}), parameters,
                         [&](const Row& row) { ledger.push_back(ingestion_of(row)); }));
  return ledger;
}

Status fail_interrupted(Session& session) {
  WEIR_TRY(session.query(duckdb_queries::fail_interrupted, {Time{now_us()}}));
  return {};
}

Result<std::int64_t> start_ingestion(Session& session, const Slot& slot, const LoadRequest& request,
                                     std::int64_t started_at_us) {
  WEIR_TRY(session.query(duckdb_queries::start_ingestion,
                         {slot.source, to_string(slot.period), request.uri, text_or_null(request.etag), request.columns,
                          Time{started_at_us}, request.weir_version, request.psl_version}));
  std::int64_t id = 0;
  WEIR_TRY(session.query(duckdb_queries::newest_ingestion, {}, [&](const Row& row) { id = row.integer(0); }));
  return id;
}

Status finish_ingestion(Session& session, std::int64_t id, IngestionStatus status, const std::string& error,
                        const ScanSummary& summary) {
  WEIR_TRY(session.query(
      duckdb_queries::finish_ingestion,
      {id, std::string(name_of(status)), text_or_null(error), text_or_null(summary.content_hash), count(summary.bytes),
       count(summary.rows_read), count(summary.rows_loaded), count(summary.rows_rejected),
       day_or_null(summary.first_day), day_or_null(summary.last_day), Time{now_us()}}));
  return {};
}

Status take_out(Session& session, std::int64_t id, IngestionStatus status) {
  WEIR_TRY(session.query(duckdb_queries::delete_events, {id}));
  WEIR_TRY(session.query(duckdb_queries::delete_rejected_rows, {id}));
  WEIR_TRY(delete_rollup(session, id));
  WEIR_TRY(session.query(duckdb_queries::set_status, {id, std::string(name_of(status))}));
  return {};
}

}  // namespace weir::duck
