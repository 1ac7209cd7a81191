// A person's statement, confined to reading.
#pragma once

#include "store/duckdb/session.h"
#include "weir/query.h"
#include "weir/result.h"

namespace weir::duck {

// What Store::query() promises, in a session that is confined (SessionOptions): nothing outside of the database can be
// reached through that one.
[[nodiscard]] Status query(Session& session, const QueryRequest& request, RowSink& sink);

}  // namespace weir::duck
