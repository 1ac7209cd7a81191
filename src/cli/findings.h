// What `weir doctor` looks at beside the database, and how all of it is written.
#pragma once

#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/exit_code.h"
#include "cli/place_flags.h"
#include "cli/reading_flags.h"
#include "render/render.h"
#include "weir/finding.h"
#include "weir/store.h"

namespace weir::cli {

// The files that settings were looked for in.
[[nodiscard]] std::vector<Finding> config_findings(const Context& context);
// Whether the schema is current, and what to run where it is not. Asks the store.
[[nodiscard]] Finding schema_finding(Store& store);
// The template, what `weir ingest` would load next by it, and the credentials where that is S3. Asks the source.
[[nodiscard]] std::vector<Finding> source_findings(const SourceFlags& source, const AccessFlags& access,
                                                   const Context& context);

// A table is one finding a line, whole, with what to do below it; the other formats have one row a finding.
[[nodiscard]] std::string render_findings(const std::vector<Finding>& findings, Format format, const TableStyle& style);
// done without a problem; access where every problem is one of access; else failed.
[[nodiscard]] ExitCode exit_code_of(const std::vector<Finding>& findings);

}  // namespace weir::cli
