#include "cli/listings.h"

#include <algorithm>
#include <map>
#include <variant>

#include "weir/period.h"

namespace weir::cli {
namespace {

Cell bytes_cell(const std::optional<Object>& object) {
  if (!object || !object->bytes) return {};
  return *object->bytes;
}

Cell id_cell(std::int64_t id) {
  if (id == 0) return {};
  return static_cast<std::uint64_t>(id);
}

Cell time_cell(const std::optional<std::int64_t>& time_us) {
  if (!time_us) return {};
  return *time_us;
}

Cell error_cell(const std::optional<Error>& error) {
  if (!error) return {};
  return facts_of(*error);
}

}  // namespace

Cell text_cell(const std::string& text) {
  if (text.empty()) return {};
  return text;
}

Cell day_cell(DayNumber day) {
  if (day == no_day) return {};
  return format_day(day);
}

void show_only_where_filled(Listing& listing, std::string_view key) {
  const auto column = std::ranges::find(listing.columns, key, &ListingColumn::key);
  const auto index = static_cast<std::size_t>(column - listing.columns.begin());
  column->in_table = std::ranges::any_of(
      listing.rows, [&](const std::vector<Cell>& row) { return !std::holds_alternative<std::monostate>(row[index]); });
}

Listing plan_listing(const std::string& source_name, const std::vector<PlannedDump>& plan) {
  Listing listing{"plan",
                  {{"source", "Source", CellKind::text, false},
                   {"period", "Period"},
                   {"change", "Change"},
                   {"bytes", "Bytes", CellKind::bytes},
                   {"loaded_rows", "Rows now", CellKind::count},
                   {"uri", "From"},
                   {"error", "Error", CellKind::text, false, true}},
                  {},
                  "Nothing to do."};
  for (const PlannedDump& dump : plan) {
    Cell loaded_rows;
    if (dump.loaded) loaded_rows = dump.loaded->rows_loaded;
    listing.rows.push_back({source_name, to_string(dump.period), std::string(name_of(dump.change)),
                            bytes_cell(dump.object), std::move(loaded_rows), dump.uri, error_cell(dump.error)});
  }
  return listing;
}

Listing ingest_listing(const std::vector<IngestResult>& results) {
  Listing listing{"ingestions",
                  {{"id", "Id", CellKind::count},
                   {"source", "Source", CellKind::text, false},
                   {"period", "Period"},
                   {"uri", "From", CellKind::text, false},
                   {"outcome", "Outcome"},
                   {"rows_read", "Rows read", CellKind::count},
                   {"rows_loaded", "Loaded", CellKind::count},
                   {"rows_rejected", "Rejected", CellKind::count},
                   {"bytes", "Bytes", CellKind::bytes},
                   {"seconds", "Took", CellKind::seconds},
                   {"error", "Error", CellKind::text, false, true}},
                  {},
                  "Nothing to do."};
  for (const IngestResult& result : results) {
    listing.rows.push_back({id_cell(result.id), result.slot.source, to_string(result.slot.period), result.uri,
                            std::string(name_of(result.outcome)), result.rows_read, result.rows_loaded,
                            result.rows_rejected, result.bytes, result.seconds, error_cell(result.error)});
  }
  return listing;
}

Listing ledger_listing(const std::vector<Ingestion>& ledger) {
  Listing listing{"ingestions",
                  {{"id", "Id", CellKind::count},
                   {"source", "Source"},  // in tables where there are several
                   {"period", "Period"},
                   {"uri", "From"},
                   {"etag", "Version", CellKind::text, false},
                   {"content_hash", "Content hash", CellKind::text, false},
                   {"bytes", "Bytes", CellKind::bytes},
                   {"columns", "Columns", CellKind::list, false},
                   {"rows_read", "Rows read", CellKind::count, false},
                   {"rows_loaded", "Rows", CellKind::count},
                   {"rows_rejected", "Rejected", CellKind::count},
                   {"first_day", "First day", CellKind::text, false},
                   {"last_day", "Last day", CellKind::text, false},
                   {"status", "Status"},
                   {"error", "Error"},
                   {"started_at", "Started", CellKind::time},
                   {"finished_at", "Finished", CellKind::time, false},
                   {"weir_version", "weir", CellKind::text, false},
                   {"psl_version", "Suffix list", CellKind::text, false}},
                  {},
                  "Nothing was ever ingested."};
  for (const Ingestion& ingestion : ledger) {
    listing.rows.push_back({id_cell(ingestion.id), ingestion.slot.source, to_string(ingestion.slot.period),
                            ingestion.uri, text_cell(ingestion.etag), text_cell(ingestion.content_hash),
                            ingestion.bytes, ingestion.columns, ingestion.rows_read, ingestion.rows_loaded,
                            ingestion.rows_rejected, day_cell(ingestion.first_day), day_cell(ingestion.last_day),
                            std::string(name_of(ingestion.status)), text_cell(ingestion.error), ingestion.started_at_us,
                            time_cell(ingestion.finished_at_us), ingestion.weir_version, ingestion.psl_version});
  }
  listing.columns[1].in_table = std::ranges::any_of(
      ledger, [&](const Ingestion& ingestion) { return ingestion.slot.source != ledger.front().slot.source; });
  show_only_where_filled(listing, "error");
  return listing;
}

Listing rejected_listing(const std::vector<RejectedRow>& rows, const std::vector<Ingestion>& ledger) {
  Listing listing{"rejected_rows",
                  {{"ingestion_id", "Ingestion", CellKind::count},
                   {"period", "Period"},
                   {"line", "Line", CellKind::count},
                   {"reason", "Reason"},
                   {"raw", "Row"}},
                  {},
                  "No row was rejected."};
  std::map<std::int64_t, std::string> periods;
  for (const Ingestion& ingestion : ledger) periods[ingestion.id] = to_string(ingestion.slot.period);
  for (const RejectedRow& row : rows) {
    listing.rows.push_back(
        {id_cell(row.ingestion_id), periods[row.ingestion_id], row.reject.line, row.reject.reason, row.reject.raw});
  }
  return listing;
}

Listing dropped_listing(const std::vector<Ingestion>& dropped) {
  Listing listing{"dropped",
                  {{"id", "Id", CellKind::count},
                   {"source", "Source", CellKind::text, false},
                   {"period", "Period"},
                   {"uri", "From", CellKind::text, false},
                   {"rows_dropped", "Rows dropped", CellKind::count}},
                  {},
                  "Nothing to do."};
  for (const Ingestion& ingestion : dropped) {
    listing.rows.push_back({id_cell(ingestion.id), ingestion.slot.source, to_string(ingestion.slot.period),
                            ingestion.uri, ingestion.rows_loaded});
  }
  return listing;
}

Listing schema_listing(const SchemaStatus& schema) {
  Listing listing{"migrations",
                  {{"version", "Version", CellKind::count},
                   {"name", "Migration"},
                   {"checksum", "Checksum", CellKind::text, false},
                   {"applied_at", "Applied", CellKind::time}},
                  {},
                  "No migrations."};
  for (const SchemaStatus::Migration& migration : schema.migrations) {
    listing.rows.push_back({static_cast<std::uint64_t>(migration.version), migration.name, migration.checksum,
                            time_cell(migration.applied_at_us)});
  }
  return listing;
}

Listing fetched_listing(const Fetched& fetched, double seconds) {
  return {"fetched",
          {{"uri", "From"},
           {"path", "To"},
           {"bytes", "Bytes", CellKind::bytes},
           {"resumed_at", "Resumed at", CellKind::bytes, false},
           {"seconds", "Took", CellKind::seconds}},
          {{fetched.uri, fetched.path, fetched.bytes, fetched.resumed_at, seconds}},
          ""};
}

// One row a file; what is of the whole dump stands in each.
Listing converted_listing(const Converted& converted, double seconds) {
  Listing listing{"converted",
                  {{"uri", "From", CellKind::text, false},
                   {"path", "To"},
                   {"period", "Period", CellKind::text, converted.split.has_value()},
                   {"rows", "Rows", CellKind::count},
                   {"bytes", "Bytes", CellKind::bytes},
                   {"rows_read", "Rows read", CellKind::count, false},
                   {"rows_rejected", "Rejected", CellKind::count, false},
                   {"seconds", "Took", CellKind::seconds, !converted.split}},
                  {},
                  ""};
  for (const ConvertedFile& file : converted.files) {
    const Cell period = file.period ? Cell(to_string(*file.period)) : Cell();
    listing.rows.push_back({converted.uri, file.uri, period, file.rows, file.bytes, converted.rows_read,
                            converted.rows_rejected, seconds});
  }
  return listing;
}

}  // namespace weir::cli
