// Adding up the index of tags over all months, so that of years one run is read. A sum names the ingestions that it
// stands for, all of each, and is good as long as all of them are loaded; there is one at a time.
#pragma once

#include <span>

#include "store/rollups.h"
#include "weir/result.h"
#include "weir/store.h"

namespace weir::rollups {

// Adds up what is due. Due are tag_sum_ingestions_min ingestions that the sum does not stand for, once their tag runs
// are half as long as its own: so that an entry is written again a few times in all. Those with events without a day
// are left out, as is what would take more memory than tag_sum_bytes_max of tag runs.
Status add_up_tags(RollupTable& table, std::span<const Ingestion> loaded);
inline constexpr std::size_t tag_sum_ingestions_min = 12;
inline constexpr std::uint64_t tag_sum_bytes_max = std::uint64_t{128} << 20;

}  // namespace weir::rollups
