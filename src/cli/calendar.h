// The calendar of a database: what each slot holds now, and which periods are missing between the first and the last.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "render/render.h"
#include "weir/period.h"
#include "weir/store.h"

namespace weir::cli {

// One slot, or a gap between slots.
struct CalendarEntry {
  Slot slot;
  std::optional<Ingestion>
      newest;                // what the slot holds; where it holds nothing, the attempt that tells why; none: gap
  std::string failed_since;  // the error of a later attempt to replace what the slot holds
};

// Ascending by source and period. `ledger` is ascending by id.
[[nodiscard]] std::vector<CalendarEntry> calendar_of(const std::vector<Ingestion>& ledger);
[[nodiscard]] std::vector<Period> gaps_of(const std::vector<CalendarEntry>& calendar);
[[nodiscard]] Listing calendar_listing(const std::vector<CalendarEntry>& calendar);

}  // namespace weir::cli
