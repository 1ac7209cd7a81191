// Which functions a statement calls by name. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::postgres {

// The names that stand before an opening parenthesis, outside of comments and of what is quoted, as the server would
// fold them; each once, ascending. Names that are no functions may be among them ("in", "values"), and calls that a
// view or another function makes are not. A name written with Unicode escapes (U&"…") is "U&", so that nobody takes it
// for harmless.
[[nodiscard]] std::vector<std::string> called_functions(std::string_view sql);

}  // namespace weir::postgres
