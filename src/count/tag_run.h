// From a month's rows with tags to its tag run, as weir/rollup.h describes it. Pure.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "count/key_run.h"
#include "count/tag_rows.h"
#include "weir/rollup.h"

namespace weir::counting {

// One lane's share of a month; both outlive the call.
struct TagPart {
  const TagRows* rows;
  const TextIds* tags;
};

// The pieces, at least one. `users` and `companies` are those of all the month's events. nullopt where two users or
// two companies have one mark, so that rows cannot tell them apart.
[[nodiscard]] std::optional<std::vector<TagRun>> make_tag_run(std::span<const TagPart> parts, DayNumber first_day,
                                                              DayNumber last_day, const SortedKeys& users,
                                                              const SortedKeys& companies);

}  // namespace weir::counting
