// Where a PostgreSQL database is, as a URL says it, completed from libpq's PG* variables and service file.
#pragma once

#include <string>

#include "weir/result.h"

namespace weir::postgres {

struct Address {
  std::string url;      // as given: may hold a password, never shown
  std::string display;  // whom it leads to, without password: postgresql://ann@db.example.com:5432/events
};

// `url` begins with postgresql:// or postgres://; libpq gives it its meaning. Connects to nothing. Fails (usage) on a
// malformed URL, without showing it: what stands in the wrong place may be a password.
[[nodiscard]] Result<Address> parse_address(const std::string& url);

}  // namespace weir::postgres
