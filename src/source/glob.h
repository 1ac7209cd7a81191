// Shell wildcards (*, ?, [..]) in names that are not files: '*' and '?' do not cross '/'. Pure; bytewise, as POSIX
// fnmatch in the C locale.
#pragma once

#include <string>
#include <string_view>

namespace weir::source {

[[nodiscard]] bool has_wildcards(std::string_view pattern);

// What every match begins with: the text before the first wildcard.
[[nodiscard]] std::string_view literal_prefix(std::string_view pattern);

// True also when `text` is the pattern itself: an object may be called "a[1].csv".
[[nodiscard]] bool glob_matches(const std::string& pattern, const std::string& text);

}  // namespace weir::source
