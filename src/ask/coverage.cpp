#include "ask/coverage.h"

#include <algorithm>
#include <map>
#include <string>

namespace weir::asking {

bool meets(DayNumber first_day, DayNumber last_day, const std::optional<Period>& period, const Filter& filter) {
  if (first_day == no_day) {
    if (!period) return true;
    first_day = period->first_day();
    last_day = period->last_day();
  }
  return (!filter.since || last_day >= *filter.since) && (!filter.until || first_day <= *filter.until);
}

Coverage coverage_of(const std::vector<Ingestion>& loaded, DayNumber first_day, DayNumber last_day,
                     const Filter& filter) {
  Coverage coverage;
  coverage.first_day = first_day;
  coverage.last_day = last_day;
  std::map<std::string, std::vector<Period>> by_source;  // a gap is a source's own: another's dump does not fill it
  for (const Ingestion& ingestion : loaded) {
    by_source[ingestion.slot.source].push_back(ingestion.slot.period);
    if (!meets(ingestion.first_day, ingestion.last_day, ingestion.slot.period, filter)) continue;
    coverage.periods.push_back(ingestion.slot.period);
    coverage.rejected += ingestion.rows_rejected;
  }
  for (const auto& [source, periods] : by_source) {
    const std::vector<Period> gaps = missing_periods(periods, filter.since, filter.until);
    coverage.missing.insert(coverage.missing.end(), gaps.begin(), gaps.end());
  }
  sort_unique(coverage.periods);
  sort_unique(coverage.missing);
  return coverage;
}

void sort_unique(std::vector<Period>& periods) {
  std::ranges::sort(periods);
  periods.erase(std::unique(periods.begin(), periods.end()), periods.end());
}

}  // namespace weir::asking
