// A timeline of a database's events: months and years from key runs, days and weeks from the rows.
#pragma once

#include <vector>

#include "store/rollups.h"
#include "weir/result.h"
#include "weir/store.h"
#include "weir/timeline.h"

namespace weir::rollups {

// Hands a timeline over the events of the loaded ingestions to `read`, in the transaction that is open.
Status read_timeline(RollupTable& table, const TimelineRequest& request, std::vector<Ingestion> loaded,
                     const ReadTimeline& read);

}  // namespace weir::rollups
