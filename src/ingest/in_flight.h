// Several dumps on their way at once: begun in their order, reported in their order, whatever ends first.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "ingest/ingest.h"

namespace weir {

// How many at once. One is always admitted, however large.
struct InFlightLimits {
  unsigned dumps = 1;
  std::uint64_t memory_bytes = 0;  // what those on their way may need together, by load_memory_bytes()
};

// What loading a dump may need besides the database's own memory: the buffers of `threads` readers, and its distinct
// keys, of which there are more in larger dumps. An estimate, generous: see tests/e2e for what is held against it.
[[nodiscard]] std::uint64_t load_memory_bytes(const PlannedDump& dump, unsigned threads);

// `load`s each of `dumps`, on the calling thread where limits.dumps is 1 and else on threads of their own, and gives
// each result to `report` once all before it were reported: on any of those threads, one at a time. A dump that fails
// stops no other. After an interrupt none is begun any more. Returns the results of those that were begun: the first
// so many of `dumps`, in their order.
[[nodiscard]] std::vector<IngestResult> load_in_flight(const std::vector<PlannedDump>& dumps,
                                                       const InFlightLimits& limits, unsigned threads_each,
                                                       const std::function<IngestResult(const PlannedDump& dump)>& load,
                                                       const std::function<void(const IngestResult& result)>& report);

}  // namespace weir
