// How the columns of a source's dumps change over time: a column renamed, one gone, new ones. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/calendar.h"
#include "render/render.h"
#include "weir/period.h"

namespace weir::cli {

// Loaded dumps of one source, one after another, whose columns have the same names; in which order they stand does not
// matter, as weir goes by names.
struct ColumnEra {
  std::string source;
  Period first;
  Period last;
  std::size_t dumps = 0;
  std::string uri;                    // of the first of them
  std::vector<std::string> columns;   // as they stand there
  std::vector<std::string> appeared;  // against the era before, in the order they stand; of a source's first: none
  std::vector<std::string> gone;
};

// Ascending by source and period. A name that a header has twice appears, or is gone, once for each time.
[[nodiscard]] std::vector<ColumnEra> column_eras(const std::vector<CalendarEntry>& calendar);
[[nodiscard]] Listing column_listing(const std::vector<ColumnEra>& eras);

}  // namespace weir::cli
