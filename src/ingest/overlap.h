// Months and days of one source that cover the same days would count their events twice.
#pragma once

#include <optional>
#include <span>

#include "weir/period.h"
#include "weir/result.h"
#include "weir/store.h"

namespace weir {

// "2021-04 of events"
[[nodiscard]] std::string in_words(const Slot& slot);

// Why the slot's dump may not be loaded beside these loaded periods of its source; nullopt: it may. Its own period is
// not in its way. Pure.
[[nodiscard]] std::optional<Error> overlap_error(std::span<const Period> loaded, const Slot& slot);

}  // namespace weir
