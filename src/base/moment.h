// Days and times as --where names them, so that files and databases judge them alike. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "weir/event.h"

namespace weir {

// "2021-04-24"; nullopt: anything else, which no event's day can equal.
[[nodiscard]] std::optional<DayNumber> day_of(std::string_view text);
// "2021-04-24", "2021-04-24 10:00", "2021-04-24T10:00:00.5Z": the time a --where timestamp=… names, in UTC; nullopt
// when it names none.
[[nodiscard]] std::optional<std::int64_t> time_us_of(std::string_view text);

}  // namespace weir
