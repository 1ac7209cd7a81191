#include "ask/coverage.h"

#include <algorithm>

namespace weir::asking {

bool meets(DayNumber first_day, DayNumber last_day, const std::optional<Period>& period, const Filter& filter) {
  if (first_day == no_day) {
    if (!period) return true;
    first_day = period->first_day();
    last_day = period->last_day();
  }
  return (!filter.since || last_day >= *filter.since) && (!filter.until || first_day <= *filter.until);
}

void sort_unique(std::vector<Period>& periods) {
  std::ranges::sort(periods);
  periods.erase(std::unique(periods.begin(), periods.end()), periods.end());
}

}  // namespace weir::asking
