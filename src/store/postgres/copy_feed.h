// A scan as the bytes of a binary COPY: several threads drain the dump's readers and encode their rows, one sends.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "store/reject_spool.h"
#include "weir/batch.h"
#include "weir/result.h"
#include "weir/rollup.h"

namespace weir::postgres {

// Drains `scan` with `threads` readers, each on a thread of its own, and gives `put` the COPY's header, rows and
// trailer, in pieces, on the calling thread. `tail` ends every row (see wire.h). Rejects go to the spool, rows also to
// the rollup. Memory: a few pieces of half a MiB a thread, however large the dump; readers wait while `put` does.
//
// The number of rows given. Errors: the first of a reader, of the spool, or of `put`, in its own words; the readers are
// destroyed in any case.
[[nodiscard]] Result<std::uint64_t> feed_copy(EventScan& scan, unsigned threads, RejectSpool& rejects,
                                              RollupCounter& rollup, std::string_view tail,
                                              const std::function<Status(std::string_view)>& put);

}  // namespace weir::postgres
