// A person's statement, confined to reading.
#pragma once

#include "store/postgres/session.h"
#include "weir/query.h"
#include "weir/result.h"

namespace weir::postgres {

// What Store::query() promises. What confines the statement: the extended protocol (one statement), a read-only
// transaction that is rolled back and that has its snapshot before the statement comes, so that the server lets nothing
// make it writable, and a look at the functions it names: the transaction does not stop those that end other sessions
// or write files. A view or a function of the database's owner may still call one, so who lets strangers query gives
// them a role that may only read.
[[nodiscard]] Status query(Session& session, const QueryRequest& request, RowSink& sink);

}  // namespace weir::postgres
