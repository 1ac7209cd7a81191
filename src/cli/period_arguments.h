// PERIOD arguments: which dumps they ask for, and which of the ledger's they name.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "weir/period.h"
#include "weir/result.h"
#include "weir/store.h"

namespace weir::cli {

struct AskedPeriods {
  std::vector<Period> periods;  // ascending, each once
  bool single = false;          // exactly one was named: its absence is a failure
};
// Fails (usage) on what is no period.
[[nodiscard]] Result<AskedPeriods> asked_periods(const std::vector<std::string>& arguments, Granularity granularity,
                                                 DayNumber today);

// The ingestions of `ledger` whose source is `source_name` (nullopt: any) and whose period lies within one of the
// arguments, whatever its granularity; all of that source when there are no arguments. Fails (usage) on what is no
// period.
[[nodiscard]] Result<std::vector<Ingestion>> named_ingestions(const std::vector<Ingestion>& ledger,
                                                              const std::optional<std::string>& source_name,
                                                              const std::vector<std::string>& arguments,
                                                              DayNumber today);

}  // namespace weir::cli
