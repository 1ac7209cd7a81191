// The table `rejected_rows`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "store/postgres/session.h"
#include "store/reject_spool.h"
#include "weir/result.h"
#include "weir/store.h"

namespace weir::postgres {

// Ascending by ingestion and line.
[[nodiscard]] Result<std::vector<RejectedRow>> read_rejected_rows(Session& session, std::span<const std::int64_t> ids,
                                                                  std::optional<std::uint64_t> limit);
// Both to be called in a transaction.
Status write_rejected_rows(Session& session, std::int64_t id, RejectSpool& rejects);
Status write_rejected_rows(Session& session, std::int64_t id, std::span<const Reject> rejects);

}  // namespace weir::postgres
