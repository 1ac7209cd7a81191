// Reading key runs, for whatever is worked out from them.
#pragma once

#include <cstdint>
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
[[nodiscard]] Result<bool> try_read_runs(RollupTable& table, std::vector<const RunRow*> rows,
                                         const RollupTable::TakePiece& take);

// Gives the pieces with these ids, in no order. Fails as read_runs does. Whoever asks for many of them asks for about
// run_bytes_at_once at a time.
Status read_pieces(RollupTable& table, const std::vector<std::int64_t>& ids, const RollupTable::TakePiece& take);
Status read_tag_pieces(RollupTable& table, const std::vector<std::int64_t>& ids, const RollupTable::TakeTagPiece& take);
inline constexpr std::uint64_t run_bytes_at_once = std::uint64_t{64} << 20;

// Fails (kind interrupted) when weir was interrupted.
[[nodiscard]] Status unless_interrupted(const RollupTable& table);

}  // namespace weir::rollups
