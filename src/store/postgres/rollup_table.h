// The tables key_runs and tag_runs, and what is added up of them in key_sums and tag_sums.
#pragma once

#include <memory>

#include "store/postgres/session.h"
#include "store/rollups.h"

namespace weir::postgres {

// In whatever transaction is open on the session. The session and `where` outlive it.
[[nodiscard]] std::unique_ptr<rollups::RollupTable> rollup_table(Session& session, const std::string& where);
// The runs that an ingestion has a part in, gone.
Status delete_rollup(Session& session, std::int64_t ingestion_id);

}  // namespace weir::postgres
