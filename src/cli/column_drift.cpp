#include "cli/column_drift.h"

#include <algorithm>

#include "cli/listings.h"

namespace weir::cli {
namespace {

// Of `columns` those that `others` does not have.
std::vector<std::string> without(const std::vector<std::string>& columns, std::vector<std::string> others) {
  std::vector<std::string> rest;
  for (const std::string& column : columns) {
    const auto found = std::ranges::find(others, column);
    if (found == others.end()) {
      rest.push_back(column);
    } else {
      others.erase(found);
    }
  }
  return rest;
}

}  // namespace

std::vector<ColumnEra> column_eras(const std::vector<CalendarEntry>& calendar) {
  std::vector<ColumnEra> eras;
  for (const CalendarEntry& entry : calendar) {
    if (!entry.newest || entry.newest->status != IngestionStatus::loaded) continue;
    const Slot& slot = entry.slot;
    ColumnEra era{slot.source, slot.period, slot.period, 1, entry.newest->uri, entry.newest->columns, {}, {}};
    if (!eras.empty() && eras.back().source == slot.source) {
      era.appeared = without(era.columns, eras.back().columns);
      era.gone = without(eras.back().columns, era.columns);
      if (era.appeared.empty() && era.gone.empty()) {
        eras.back().last = slot.period;
        ++eras.back().dumps;
        continue;
      }
    }
    eras.push_back(std::move(era));
  }
  return eras;
}

Listing column_listing(const std::vector<ColumnEra>& eras) {
  const bool several_sources =
      std::ranges::any_of(eras, [&](const ColumnEra& era) { return era.source != eras.front().source; });
  Listing listing{"columns",
                  {{"source", "Source", CellKind::text, several_sources},
                   {"first_period", "From"},
                   {"last_period", "To"},
                   {"dumps", "Dumps", CellKind::count},
                   {"appeared", "Appeared", CellKind::list},
                   {"gone", "Gone", CellKind::list},
                   {"columns", "Columns", CellKind::list},
                   {"uri", "First from", CellKind::text, false}},
                  {},
                  "Nothing is loaded."};
  for (const ColumnEra& era : eras) {
    std::vector<Cell> row{era.source, to_string(era.first), to_string(era.last), static_cast<std::uint64_t>(era.dumps)};
    const bool changed = !era.appeared.empty() || !era.gone.empty();
    row.push_back(changed ? Cell(era.appeared) : Cell());
    row.push_back(changed ? Cell(era.gone) : Cell());
    row.insert(row.end(), {era.columns, era.uri});
    listing.rows.push_back(std::move(row));
  }
  return listing;
}

}  // namespace weir::cli
