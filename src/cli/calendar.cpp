#include "cli/calendar.h"

#include <algorithm>
#include <map>

#include "cli/listings.h"

namespace weir::cli {
namespace {

// Later rows of the ledger know better, except that a failed attempt changes nothing of what is loaded or was dropped.
void take(const Ingestion& ingestion, CalendarEntry& entry) {
  const bool holds = entry.newest && (entry.newest->status == IngestionStatus::loaded ||
                                      entry.newest->status == IngestionStatus::dropped);
  if (ingestion.status == IngestionStatus::failed && holds) {
    entry.failed_since = ingestion.error;
    return;
  }
  if (ingestion.status == IngestionStatus::superseded) return;  // the one that took its place tells
  if (ingestion.status == IngestionStatus::loading && holds) return;
  entry.newest = ingestion;
  entry.failed_since.clear();
}

bool is_loaded(const CalendarEntry& entry) {
  return entry.newest && entry.newest->status == IngestionStatus::loaded;
}

void add_gaps(const std::string& source, std::map<Slot, CalendarEntry>& entries) {
  std::vector<Period> loaded;
  for (const auto& [slot, entry] : entries) {
    if (slot.source == source && is_loaded(entry)) loaded.push_back(slot.period);
  }
  for (const Period& gap : missing_periods(loaded, {}, {})) {
    const Slot slot{source, gap};
    entries.emplace(slot, CalendarEntry{slot, {}, {}});
  }
}

}  // namespace

std::vector<CalendarEntry> calendar_of(const std::vector<Ingestion>& ledger) {
  std::map<Slot, CalendarEntry> entries;
  std::vector<std::string> sources;
  for (const Ingestion& ingestion : ledger) {
    if (std::ranges::find(sources, ingestion.slot.source) == sources.end()) sources.push_back(ingestion.slot.source);
    take(ingestion, entries.emplace(ingestion.slot, CalendarEntry{ingestion.slot, {}, {}}).first->second);
  }
  for (const std::string& source : sources) add_gaps(source, entries);
  std::vector<CalendarEntry> calendar;
  calendar.reserve(entries.size());
  for (auto& [slot, entry] : entries) calendar.push_back(std::move(entry));
  return calendar;
}

std::vector<Period> gaps_of(const std::vector<CalendarEntry>& calendar) {
  std::map<std::string, std::vector<Period>> loaded;
  for (const CalendarEntry& entry : calendar) {
    if (is_loaded(entry)) loaded[entry.slot.source].push_back(entry.slot.period);
  }
  std::vector<Period> gaps;
  for (const auto& [source, periods] : loaded) {
    const std::vector<Period> missing = missing_periods(periods, {}, {});
    gaps.insert(gaps.end(), missing.begin(), missing.end());
  }
  return gaps;
}

Listing calendar_listing(const std::vector<CalendarEntry>& calendar) {
  const bool several_sources = std::ranges::any_of(
      calendar, [&](const CalendarEntry& entry) { return entry.slot.source != calendar.front().slot.source; });
  Listing listing{"periods",
                  {{"source", "Source", CellKind::text, several_sources},
                   {"period", "Period"},
                   {"status", "Status"},
                   {"rows_loaded", "Rows", CellKind::count},
                   {"rows_rejected", "Rejected", CellKind::count},
                   {"bytes", "Bytes", CellKind::bytes},
                   {"ingested_at", "Ingested", CellKind::time},
                   {"ingestion_id", "Ingestion", CellKind::count, false},
                   {"uri", "From"},
                   {"error", "Error", CellKind::text, true, true}},
                  {},
                  "Nothing was ever ingested."};
  for (const CalendarEntry& entry : calendar) {
    std::vector<Cell> row{entry.slot.source, to_string(entry.slot.period)};
    if (!entry.newest) {
      row.insert(row.end(), {std::string("missing"), {}, {}, {}, {}, {}, {}, {}});
    } else {
      const Ingestion& newest = *entry.newest;
      Cell ingested_at;
      if (is_loaded(entry) && newest.finished_at_us) ingested_at = *newest.finished_at_us;
      const std::uint64_t rows = is_loaded(entry) ? newest.rows_loaded : 0;
      row.insert(row.end(),
                 {std::string(name_of(newest.status)), rows, newest.rows_rejected, newest.bytes, std::move(ingested_at),
                  static_cast<std::uint64_t>(newest.id), newest.uri,
                  text_cell(entry.failed_since.empty() ? newest.error : "newest attempt: " + entry.failed_since)});
    }
    listing.rows.push_back(std::move(row));
  }
  show_only_where_filled(listing, "error");
  return listing;
}

}  // namespace weir::cli
