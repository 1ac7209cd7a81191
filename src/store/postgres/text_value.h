// Values as the server writes them in text, told by their type. Pure.
#pragma once

#include <string>
#include <string_view>

#include "weir/query.h"

namespace weir::postgres {

[[nodiscard]] bool is_number_type(unsigned type);

// What `text`, the server's text of a value of that type (its number in pg_type), means. Lists of the server's own
// types become JSON; those of a type that somebody made, and composite values, stay text. The result's text lies in
// `text` or in `buffer`, which is overwritten.
[[nodiscard]] QueryValue value_of(unsigned type, std::string_view text, std::string& buffer);

}  // namespace weir::postgres
