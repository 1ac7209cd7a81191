// The usual list, read fast: ['a', "it's", 'b'] in at most 64 bytes, nothing escaped.
#pragma once

#include <string_view>
#include <vector>

namespace weir {

// Appends the elements as written, and says true; or appends nothing and says false, when `text` is not such a list: it
// may still be a list for ListLiteral. Every list that is read here, ListLiteral reads alike.
[[nodiscard]] bool read_plain_list(std::string_view text, std::vector<std::string_view>& values);

}  // namespace weir
