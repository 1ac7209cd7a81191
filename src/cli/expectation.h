// What should be loaded by now, and whether it is as much as usual. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/calendar.h"
#include "weir/period.h"
#include "weir/result.h"
#include "weir/store.h"

namespace weir::cli {

// A dump of each month, or of each day, `grace_days` after the period's end at the latest.
struct Expectation {
  Granularity granularity = Granularity::month;
  std::optional<DayNumber> since;  // nullopt: from the source's first loaded period on
  int grace_days = 0;
};

// The slots of `source` that should be loaded on `today` and have a day that nothing loaded covers; ascending. Where
// nothing ever was loaded, and nobody says since when, the newest period that is due.
[[nodiscard]] std::vector<Slot> overdue(const std::vector<CalendarEntry>& calendar, const std::string& source,
                                        const Expectation& expectation, DayNumber today);

// A loaded dump with fewer rows than a share of what the ones before it had.
struct ThinDump {
  Slot slot;
  std::uint64_t rows = 0;
  std::uint64_t median =
      0;  // of the loaded ones before it, of the same source and granularity: up to 12 months, 28 days
};
inline constexpr std::size_t median_of_at_least = 3;  // with fewer before it, a dump is not judged

// Ascending; those with a day in `since` and later.
[[nodiscard]] std::vector<ThinDump> thin_dumps(const std::vector<CalendarEntry>& calendar, double min_share,
                                               std::optional<DayNumber> since);

// "3d": days. Fails (usage), as does parse_share: "50%", as 0.5.
[[nodiscard]] Result<int> parse_grace_days(const std::string& text);
[[nodiscard]] Result<double> parse_share(const std::string& text);

}  // namespace weir::cli
