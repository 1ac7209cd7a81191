// What a person should know about a connection to PostgreSQL.
#pragma once

#include <vector>

#include "store/postgres/address.h"
#include "weir/finding.h"

namespace weir::postgres {

// What Store::diagnose() promises. Each part of the address is told with where it comes from: the URL, a variable, the
// service file or libpq's default. A password is told by where it comes from alone.
[[nodiscard]] std::vector<Finding> diagnose(const Address& address);

}  // namespace weir::postgres
