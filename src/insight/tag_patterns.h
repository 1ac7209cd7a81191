// Several patterns, asked at once.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "weir/tags.h"

namespace weir::insights {

// Immutable.
class TagPatterns {
 public:
  explicit TagPatterns(const std::vector<std::string>& patterns) : patterns_(patterns.begin(), patterns.end()) {}
  // True when one of them matches, or when there is none.
  [[nodiscard]] bool match(std::string_view tag) const {
    return patterns_.empty() ||
           std::ranges::any_of(patterns_, [&](const Pattern& pattern) { return pattern.matches(tag); });
  }

 private:
  std::vector<Pattern> patterns_;
};

}  // namespace weir::insights
