// What an ingest of several dumps came to, in one line.
#pragma once

#include <string>
#include <vector>

#include "ingest/ingest.h"

namespace weir::cli {

// Periods as they may be typed, neighbours together: "2019-02, 2019-07..2019-09"; of very many the first ones. Pure, as
// is the other.
[[nodiscard]] std::string list_of(const std::vector<Period>& ascending);

// "36 dumps: 27 loaded, 8 missing (2019-02, 2019-07..2019-12, 2020-03), 1 failed (2020-05)": who is missing and who has
// failed is named.
[[nodiscard]] std::string summary_of(const std::vector<IngestResult>& results);

}  // namespace weir::cli
