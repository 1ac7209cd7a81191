// Who has a tag, answered from tag runs and the key runs that they stand on.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/rollups.h"
#include "weir/result.h"
#include "weir/rollup.h"
#include "weir/store.h"

namespace weir::rollups {

// The tag whose events the index tells of: where the filter's only condition is one tag as it is written, and nothing
// but days, users and companies is asked for.
[[nodiscard]] std::optional<std::string> indexed_tag(FieldSet fields, const Filter& filter);

// Adds the events that carry the tag, between since and until, to the totals of each field (Field::day, email,
// company). It returns the ingestions whose events are in none of them and must be counted from rows: those one of
// whose months is cut by since or until, and those without tag runs, because an earlier version of weir loaded them or
// their rows were too many. Fails where runs are damaged or vanish meanwhile, on an interrupt, and as the database
// does.
[[nodiscard]] Result<std::vector<std::int64_t>> count_indexed(RollupTable& table, const std::string& tag,
                                                              const std::vector<Ingestion>& loaded,
                                                              const Filter& filter,
                                                              const std::map<Field, KeyTotals*>& totals);

}  // namespace weir::rollups
