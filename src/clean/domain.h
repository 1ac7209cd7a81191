// The two halves of company_of(), so that the second, slow one can be remembered.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir {

// What follows the last '@', as written; nullopt when there is none. Pure.
[[nodiscard]] std::optional<std::string_view> domain_of(std::string_view email);

// The company of what domain_of() gave; unknown_company when that is no usable domain. Thread-safe.
[[nodiscard]] std::string company_of_domain(std::string_view domain);

}  // namespace weir
