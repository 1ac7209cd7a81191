// Reading key runs, for whatever is worked out from them.
#pragma once

#include <vector>

#include "store/rollup_cover.h"
#include "store/rollups.h"
#include "weir/result.h"
#include "weir/rollup.h"

namespace weir::rollups {

// Gives the pieces to `take`, in no order, some megabytes at a time. Fails where not all of them are there any more
// (another writer has committed meanwhile), on an interrupt, and as the database or `take` does.
Status read_runs(RollupTable& table, const std::vector<const RunRow*>& rows, const TakeKeyRun& take);

// The same, but where some are gone it is false, and none is missed that is still there.
[[nodiscard]] Result<bool> try_read_runs(RollupTable& table, std::vector<const RunRow*> rows, const TakeKeyRun& take);

// Fails (kind interrupted) when weir was interrupted.
[[nodiscard]] Status unless_interrupted(const RollupTable& table);

}  // namespace weir::rollups
