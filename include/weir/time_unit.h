// Days, weeks, months and years that follow each other: how time is cut when something is shown over time. Each is
// told by its first day; day_key() (answer.h) names it. Value types, all functions are pure. No day is no_day.
#pragma once

#include <optional>

#include "weir/event.h"
#include "weir/question.h"

namespace weir {

// The first day of the unit that holds `day`. Weeks begin on Monday.
[[nodiscard]] DayNumber unit_of(DayNumber day, By by);
// The first day of the unit after the one that begins on `first_day`, and of the one before it.
[[nodiscard]] DayNumber unit_after(DayNumber first_day, By by);
[[nodiscard]] DayNumber unit_before(DayNumber first_day, By by);
// The unit of the same name a year earlier: 24 April, week 13, March. nullopt where that year has none (29 February,
// week 53), and for years, which have only the one before.
[[nodiscard]] std::optional<DayNumber> unit_a_year_before(DayNumber first_day, By by);

}  // namespace weir
