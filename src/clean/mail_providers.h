// Domains whose mail anybody may have: free and throw-away ones, and those of Internet providers. Generated at build
// time from the npm package email-providers.
#pragma once

#include <span>
#include <string_view>

namespace weir {

// They live for ever; in no promised order.
[[nodiscard]] std::span<const std::string_view> mail_provider_domains();

}  // namespace weir
