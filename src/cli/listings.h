// What the ledger, a plan and an ingest look like as rows, in every format.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "convert/convert.h"
#include "fetch/fetch.h"
#include "ingest/ingest.h"
#include "render/render.h"
#include "weir/store.h"

namespace weir::cli {

[[nodiscard]] Listing plan_listing(const std::string& source_name, const std::vector<PlannedDump>& plan);
[[nodiscard]] Listing ingest_listing(const std::vector<IngestResult>& results);
// Every column of the ledger.
[[nodiscard]] Listing ledger_listing(const std::vector<Ingestion>& ledger);
[[nodiscard]] Listing rejected_listing(const std::vector<RejectedRow>& rows, const std::vector<Ingestion>& ledger);
[[nodiscard]] Listing dropped_listing(const std::vector<Ingestion>& dropped);
[[nodiscard]] Listing schema_listing(const SchemaStatus& schema);
[[nodiscard]] Listing fetched_listing(const Fetched& fetched, double seconds);
[[nodiscard]] Listing converted_listing(const Converted& converted, double seconds);

// A value, or no cell.
[[nodiscard]] Cell text_cell(const std::string& text);  // empty: null
[[nodiscard]] Cell day_cell(DayNumber day);             // no_day: null

// Leaves a column out of tables when no row has a value in it.
void show_only_where_filled(Listing& listing, std::string_view key);

}  // namespace weir::cli
