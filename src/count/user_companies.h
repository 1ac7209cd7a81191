// The companies of users that are counted already: found once a user rather than once a row.
#pragma once

#include <cstddef>

#include "count/count.h"
#include "count/key_table.h"
#include "count/partitioned_table.h"

namespace weir::counting {

// Adds up the users' events by company, on as many threads as wanted and can be had. `users` is not under a memory
// limit, and nobody counts in it meanwhile.
[[nodiscard]] KeyTable companies_of_users(const PartitionedTable& users, const MakeCompaniesOf& companies_of,
                                          std::size_t threads);

}  // namespace weir::counting
