// Which dumps an answer stands on: the same for files and for every database. Pure.
#pragma once

#include <optional>
#include <vector>

#include "weir/period.h"
#include "weir/question.h"
#include "weir/store.h"

namespace weir::asking {

// True when a dump has a day within the filter's since and until: of its events, or where it has none (no_day) of its
// period. Without both it may have one.
[[nodiscard]] bool meets(DayNumber first_day, DayNumber last_day, const std::optional<Period>& period,
                         const Filter& filter);

// What an answer over these loaded dumps stands on, its events being of these days.
[[nodiscard]] Coverage coverage_of(const std::vector<Ingestion>& loaded, DayNumber first_day, DayNumber last_day,
                                   const Filter& filter);

void sort_unique(std::vector<Period>& periods);

}  // namespace weir::asking
