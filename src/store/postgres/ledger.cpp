#include "store/postgres/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "postgres_queries.h"
#include "store/postgres/rollup_table.h"
#include "store/status.h"

namespace weir::postgres {
namespace {

constexpr std::size_t held_column = 19;

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
  return ingestion;
}

struct Reading {
  std::vector<Ingestion> ledger;
  std::vector<std::int64_t> unheld;  // those that say loading while nobody held their lock, ascending
};

Result<Reading> read_once(Session& session, std::string_view where, const std::vector<Value>& parameters) {
  Reading reading;
  WEIR_TRY(session.query(fill_template(postgres_queries::ledger, {{"where", where}}), parameters, [&](const Row& row) {
    reading.ledger.push_back(ingestion_of(row));
    const bool unheld = reading.ledger.back().status == IngestionStatus::loading && !row.boolean(held_column);
    if (unheld) reading.unheld.push_back(reading.ledger.back().id);
  }));
  return reading;
}

}  // namespace

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

DayNumber month_of(const Period& period) {
  return to_day_number({period.year, period.month, 1});
}

Result<std::vector<Ingestion>> read_ledger(Session& session, std::string_view where,
                                           const std::vector<Value>& parameters) {
  WEIR_TRY_ASSIGN(Reading reading, read_once(session, where, parameters));
  if (reading.unheld.empty()) return std::move(reading.ledger);
  // Locks are no part of a statement's snapshot: a load may have ended between the two. What is still loading when it
  // is read again, after its lock was seen to be free, has lost its process.
  WEIR_TRY_ASSIGN(Reading again, read_once(session, where, parameters));
  for (Ingestion& ingestion : again.ledger) {
    if (ingestion.status != IngestionStatus::loading) continue;
    if (!std::binary_search(reading.unheld.begin(), reading.unheld.end(), ingestion.id)) continue;
    ingestion.status = IngestionStatus::failed;
    ingestion.error = interrupted_text;
  }
  return std::move(again.ledger);
}

Status fail_interrupted(Session& session, const Slot& slot) {
  WEIR_TRY(session.query(postgres_queries::fail_interrupted, {Time{now_us()}}));
  WEIR_TRY(session.query(postgres_queries::fail_slot, {Time{now_us()}, slot.source, to_string(slot.period)}));
  return {};
}

Result<std::int64_t> start_ingestion(Session& session, const Slot& slot, const LoadRequest& request,
                                     std::int64_t started_at_us) {
  std::int64_t id = 0;
  WEIR_TRY(session.query(postgres_queries::start_ingestion,
                         {slot.source, to_string(slot.period), request.uri, text_or_null(request.etag), request.columns,
                          Time{started_at_us}, request.weir_version, request.psl_version},
                         [&](const Row& row) { id = row.integer(0); }));
  return id;
}

Status finish_ingestion(Session& session, std::int64_t id, IngestionStatus status, const std::string& error,
                        const ScanSummary& summary) {
  WEIR_TRY_ASSIGN(const std::uint64_t changed,
                  session.query(postgres_queries::finish_ingestion,
                                {id, std::string(name_of(status)), text_or_null(error),
                                 text_or_null(summary.content_hash), count(summary.bytes), count(summary.rows_read),
                                 count(summary.rows_loaded), count(summary.rows_rejected),
                                 day_or_null(summary.first_day), day_or_null(summary.last_day), Time{now_us()}}));
  if (changed == 1) return {};
  return fail(session.what(), session.where(),
              fmt::format("ingestion {} is no longer loading: the connection that held "
                          "its lock was lost, and somebody took it for dead",
                          id),
              "run it again");
}

Status take_out(Session& session, const Ingestion& ingestion, IngestionStatus status) {
  WEIR_TRY_ASSIGN(const std::uint64_t changed,
                  session.query(postgres_queries::take_out, {ingestion.id, std::string(name_of(status))}));
  if (changed != 1) {
    return fail(session.what(), session.where(), fmt::format("ingestion {} is no longer loaded", ingestion.id),
                "`weir status` shows what is loaded");
  }
  WEIR_TRY(session.query(postgres_queries::delete_events, {ingestion.id, Day{month_of(ingestion.slot.period)}}));
  WEIR_TRY(session.query(postgres_queries::delete_rejected_rows, {ingestion.id}));
  return delete_rollup(session, ingestion.id);
}

}  // namespace weir::postgres
