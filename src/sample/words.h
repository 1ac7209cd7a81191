// The words that sample dumps are made of.
#pragma once

#include <span>
#include <string_view>

namespace weir::sample {

// Most frequent first, where it matters. Country names are the short English ones of ISO 3166-1.
[[nodiscard]] std::span<const std::string_view> countries();
[[nodiscard]] std::span<const std::string_view> uris();
[[nodiscard]] std::span<const std::string_view> actions();
[[nodiscard]] std::span<const std::string_view> tags();
[[nodiscard]] std::span<const std::string_view> first_names();
[[nodiscard]] std::span<const std::string_view> company_beginnings();
[[nodiscard]] std::span<const std::string_view> company_endings();
[[nodiscard]] std::span<const std::string_view> suffixes();

}  // namespace weir::sample
