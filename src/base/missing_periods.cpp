#include <algorithm>

#include "weir/period.h"

namespace weir {
namespace {

void append_gaps(const std::vector<Period>& loaded, Granularity granularity, std::vector<Period>& gaps) {
  std::vector<Period> same;
  std::ranges::copy_if(loaded, std::back_inserter(same),
                       [&](const Period& period) { return period.granularity() == granularity; });
  std::ranges::sort(same);
  for (std::size_t i = 1; i < same.size(); ++i) {
    for (Period gap = same[i - 1].next(); gap < same[i]; gap = gap.next()) gaps.push_back(gap);
  }
}

}  // namespace

std::vector<Period> missing_periods(const std::vector<Period>& loaded, std::optional<DayNumber> since,
                                    std::optional<DayNumber> until) {
  std::vector<Period> gaps;
  append_gaps(loaded, Granularity::month, gaps);
  append_gaps(loaded, Granularity::day, gaps);
  std::erase_if(gaps, [&](const Period& gap) {
    if (since && gap.last_day() < *since) return true;
    if (until && gap.first_day() > *until) return true;
    return std::ranges::any_of(loaded, [&](const Period& period) { return overlap(period, gap); });
  });
  std::ranges::sort(gaps);
  return gaps;
}

}  // namespace weir
